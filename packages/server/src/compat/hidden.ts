import { AppError } from '../errors/app-error.ts'

/** What is shown instead of a key, or of what a header says. Sent back, it stands for what is stored. */
export const hidden = '********'

const stands = `${hidden} stands for what is stored`

/** What a given value means. @param field its name, as the caller wrote it @throws AppError invalid_request */
export const meant = (field: string, given: string, stored: string | undefined): string => {
  if (given !== hidden) return given
  if (stored !== undefined) return stored
  throw new AppError('invalid_request', `${field}: ${stands}, and nothing is: give the value itself`)
}

/** What a registration has stored that is not shown. */
export interface Stored {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a given header says. Its value was written for one server, and no other gets it by changing the URL alone.
 *  @param field its name, as the caller wrote it @throws AppError invalid_request */
export const headerMeant = (field: string, [name, given]: readonly [string, string], to: string, stored?: Stored) => {
  const key = name.toLowerCase()
  const value = stored && Object.hasOwn(stored.headers, key) ? stored.headers[key] : undefined
  if (given !== hidden || value === undefined || new URL(stored!.url).origin === new URL(to).origin)
    return meant(field, given, value)
  throw new AppError('invalid_request', `${field}: ${stands} for another server: give the value itself`)
}
