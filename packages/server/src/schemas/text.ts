import { z } from 'zod'

/** Text that says something: what is blank is refused. White space around it is taken off. */
export const words = (most: number) => z.string().max(most).regex(/\S/, 'must not be blank').trim()

/** Text that may be blank. White space around it is taken off. */
export const text = (most: number) => z.string().max(most).trim()
