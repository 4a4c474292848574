import { AppError } from '../errors/app-error.ts'

/** A page may send to any host what no browser asks that host about before. Programs that are no browsers send no `Origin`.
 *  @param own where this API is for the caller: scheme and host. @throws AppError origin_not_allowed */
export const checkOrigin = (origin: string | undefined, own: string, allowed: '*' | readonly string[]): void => {
  if (origin === undefined || allowed === '*' || allowed.includes(origin) || origin === own) return
  throw new AppError('origin_not_allowed')
}

/** Host and port of an origin. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined)

/** What comes from a page must come from one of this server, whatever HTTP_CORS_ORIGIN allows: for everything about the cookie of the console.
 *  @param from `Origin` and `Sec-Fetch-Site`. @param own address of this API for the caller. @throws AppError origin_not_allowed */
export const checkSameSite = (
  { origin, site }: { readonly origin: string | undefined; readonly site: string | string[] | undefined },
  own: string,
): void => {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new AppError('origin_not_allowed')
  // The scheme may be another one: who ends TLS in front need not say so.
  if (origin !== undefined && hostOf(origin) !== new URL(own).host) throw new AppError('origin_not_allowed')
}
