import { AppError } from '../errors/app-error.ts'

const named = (field: string, error: unknown): unknown =>
  error instanceof AppError ? new AppError(error.code, `${field}: ${error.message}`, { cause: error }) : error

/** Does something with a field of the caller, and names it when that is refused. */
export const inField = <Result>(field: string, act: () => Result): Result => {
  try {
    return act()
  } catch (error) {
    throw named(field, error)
  }
}

/** Sends something that answers the message which a field names, and says so when that is not stored. */
export const answering = <Result>(field: string, sent: Promise<Result>): Promise<Result> =>
  sent.catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'message_not_found' ? named(field, error) : error
  })
