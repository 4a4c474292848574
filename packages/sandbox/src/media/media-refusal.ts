/** A media request that is refused with this HTTP status. */
export class MediaRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
