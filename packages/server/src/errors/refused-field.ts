import { AppError } from './app-error.ts'

/** A value of a request that its shape allows, and that cannot be taken. @param path such as `body.until`, as refusals of the shape name places
 *  @param message without the path, as in `is no picture` */
export const refusedField = (path: string, message: string, options: { readonly cause?: unknown } = {}): AppError =>
  new AppError('invalid_request', `${path}: ${message}`, { ...options, details: { issues: [{ path, message }] } })
