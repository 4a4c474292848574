import { placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

export default ((_walk, entry) =>
  placed(entry, ['GroupAddress', 'ChatAddress'], '120363999999999999@g.us')) satisfies Provoke
