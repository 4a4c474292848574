import { placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

export default ((_walk, entry) => placed(entry, ['ChatAddress'], '4915199999999')) satisfies Provoke
