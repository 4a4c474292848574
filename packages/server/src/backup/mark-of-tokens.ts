import { createHash } from 'node:crypto'

/** The same where the same JWT secret is, so where a token of the one gateway works on the other. It leads to no secret that could not be guessed. */
export const markOfTokens = (jwtSecret: string): string =>
  createHash('sha256').update(`switchboard tokens\0${jwtSecret}`).digest('hex').slice(0, 32)
