/** A GraphQL request that is refused: becomes an entry of `errors` in the answer, which both whatsmeow (types/newsletter.go) and baileys (mex.js) read. */
export class MexError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.name = 'MexError'
    this.code = code
  }
}

export const mexRefusals = {
  badRequest: () => new MexError(400, 'Bad Request'),
  forbidden: () => new MexError(403, 'Forbidden'),
  notFound: () => new MexError(404, 'Not Found'),
  conflict: () => new MexError(409, 'Conflict'),
  /** Terms were not accepted. The code is inferred. */
  termsNotAccepted: () => new MexError(451, 'Terms of service were not accepted'),
}
