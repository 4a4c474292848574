const kept = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value

/** A payload as JSON that every reader can take. Anybody may send a NUL or half of a surrogate pair; databases and parsers of other languages refuse
 *  both, and a receiver that fails at such an event would hold up its webhook without end. They become U+FFFD, as they do where messages are stored. */
export function payloadText(payload: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(payload)
  // JSON.stringify escapes exactly these, and text in which somebody wrote such an escape out.
  return /\\u(0000|d[89a-f])/.test(text) ? JSON.stringify(payload, kept) : text
}
