import { AppError } from '../errors/app-error.ts'

/** A page may send to any host what no browser asks that host about before. Programs that are no browsers send no `Origin`.
 *  @param own where this API is for the caller: scheme and host. @throws AppError origin_not_allowed */
export const checkOrigin = (origin: string | undefined, own: string, allowed: '*' | readonly string[]): void => {
  if (origin === undefined || allowed === '*' || allowed.includes(origin) || origin === own) return
  throw new AppError('origin_not_allowed')
}
