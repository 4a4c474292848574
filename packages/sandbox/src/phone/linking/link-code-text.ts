/** The eight characters of a pairing code, however they were typed. @throws Error when they are none */
export function readLinkCode(typed: string): string {
  const code = typed.replace(/[^0-9A-Za-z]/g, '').toUpperCase()
  if (!/^[1-9A-HJKLMNP-TV-Z]{8}$/.test(code)) {
    throw new Error('a link code has 8 letters and digits, without 0, I, O and U')
  }
  return code
}
