import { addresses, describedBy, placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

/** Where a number is asked for, one that is none; where an address is, more digits than a number has and fewer than a group. */
export default ((_walk, entry) => {
  const takesNumber = JSON.stringify(describedBy(entry)).includes('#/components/schemas/Phone"')
  return takesNumber ? placed(entry, ['Phone'], '0170') : placed(entry, addresses, '12345678901234567')
}) satisfies Provoke
