import { AppError } from '../errors/app-error.ts'

/** Names that a delivery needs for itself, or that say where it goes. */
const reserved = /^(host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i
const mostHeaders = 20
const mostBytes = 4096

/** Headers that a registration wants on its deliveries, with names in lower case, so that none comes twice.
 *  @param field their name, as the caller wrote it @throws AppError invalid_request */
export const headersOf = (given: Readonly<Record<string, unknown>>, field = 'headers'): Record<string, string> => {
  const refuse = (why: string) => new AppError('invalid_request', `${field}: ${why}`)
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value] as const)
  if (entries.length > mostHeaders) throw refuse(`at most ${mostHeaders}`)
  for (const [name, value] of entries) {
    if (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name) || reserved.test(name))
      throw refuse(`${name.slice(0, 64)} is no header that a delivery may have`)
    const isText = ['string', 'number', 'boolean'].includes(typeof value)
    if (!isText || !/^[\t\x20-\x7e]*$/.test(String(value)) || String(value).length > mostBytes)
      throw refuse(`the value of ${name} cannot be sent`)
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}
