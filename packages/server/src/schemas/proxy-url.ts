/** Scheme, perhaps a user and a password, host, perhaps a port, and nothing behind it. */
const shape = /^[a-z][a-z\d+.-]*:\/\/(?:[^\s/?#\\@]*@)?(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?\/?$/i

const decodes = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** The address of a proxy. Anything more than an address (a path, a second scheme, a blank) is a mistake, and could hold a password where nobody looks for one.
 *  @returns undefined when it is none */
export function parseProxyUrl(text: string, schemes: readonly string[]): URL | undefined {
  const url = shape.test(text) ? URL.parse(text) : null
  if (!url || !schemes.includes(url.protocol.slice(0, -1)) || url.port === '0') return undefined
  return decodes(url.username) && decodes(url.password) ? url : undefined
}

/** A proxy's address as it may be shown: never its password, whatever was stored. */
export function shownProxyUrl(text: string): string {
  const url = URL.parse(text)
  if (!url) return ''
  // What is no plain address may hold a password anywhere.
  if (!shape.test(text)) return `${url.protocol}//…`
  if (url.password) url.password = '***'
  return url.href
}
