import { AppError } from '../errors/app-error.ts'

/** Names that a delivery needs for itself, or that say where it goes. */
const reserved = /^(host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i
const mostHeaders = 20
const mostBytes = 4096

/** Headers that a registration wants on its deliveries, with names in lower case, so that none comes twice. @throws AppError invalid_request */
export const headersOf = (given: Readonly<Record<string, unknown>>): Record<string, string> => {
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  if (entries.length > mostHeaders) throw new AppError('invalid_request', `headers: at most ${mostHeaders}`)
  for (const [name, value] of entries) {
    if (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name) || reserved.test(name))
      throw new AppError('invalid_request', `headers: ${name.slice(0, 64)} is no header that a delivery may have`)
    if (!/^[\t\x20-\x7e]*$/.test(value) || value.length > mostBytes)
      throw new AppError('invalid_request', `headers: the value of ${name} cannot be sent`)
  }
  return Object.fromEntries(entries)
}
