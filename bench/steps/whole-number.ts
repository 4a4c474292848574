const mostOfAnything = 10_000_000

/** A size from the environment. Ends the bench with one line that says what is allowed when it is none: a wrong size measures nothing. */
export function wholeNumber(name: string, usual: number, least = 1): number {
  const text = process.env[name]?.trim()
  if (text === undefined || text === '') return usual
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= mostOfAnything) return value
  console.error(`${name} is "${text}": it must be a whole number from ${least} to ${mostOfAnything}`)
  process.exit(2)
}
