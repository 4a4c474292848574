import { addresses, placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

export default ((_walk, entry) => placed(entry, addresses, 'nobody@nowhere')) satisfies Provoke
