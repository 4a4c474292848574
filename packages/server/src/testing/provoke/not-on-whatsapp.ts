import { addresses, placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

export default ((_walk, entry) => placed(entry, addresses, '4915100000000')) satisfies Provoke
