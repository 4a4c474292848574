import { createHash } from 'node:crypto'

/** The message id of an act, the same for each of its repeats: WhatsApp shows what it gets twice under one id once. */
export const messageIdOf = (token: string): string =>
  `3EB0${createHash('sha256').update(token).digest('hex').slice(0, 18).toUpperCase()}`
