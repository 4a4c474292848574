/** A stanza that the server refuses: becomes an iq error or an error ack with this code. */
export class StanzaError extends Error {
  readonly code: number
  readonly text: string

  constructor(code: number, text: string) {
    super(`${code} ${text}`)
    this.name = 'StanzaError'
    this.code = code
    this.text = text
  }
}

/** The code for a message that is not shaped as the protocol demands (baileys decode-wa-message.js SERVER_ERROR_CODES.SmaxInvalid). */
export const invalidStanza = 479
