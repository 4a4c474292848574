import { placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

export default ((_walk, entry) => placed(entry, ['LabelId'], '9999999999')) satisfies Provoke
