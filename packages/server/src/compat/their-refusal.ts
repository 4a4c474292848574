import { AppError } from '../errors/app-error.ts'

/** A refusal for which programs of another product look at the status. */
export class TheirRefusal extends AppError {
  readonly status: number

  constructor(status: number, message: string) {
    super('invalid_request', message)
    this.status = status
  }
}
