import { de } from './de.ts'
import { en } from './en.ts'
import { words } from './words.ts'

/** The words that more than one screen needs, in the reader's language. */
export const common = words({ en, de })
