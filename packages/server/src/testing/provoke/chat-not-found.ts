import { bodySchema, placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

/** Reading a chat in which nothing was said is no error; marking it as unread is. */
export default ((_walk, entry) => ({
  ...placed(entry, ['ChatAddress'], '4915199999999'),
  ...(bodySchema(entry)?.properties?.['read'] && { body: { read: false } }),
})) satisfies Provoke
