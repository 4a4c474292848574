import { isPhoneJid } from '@switchboard/engine'
import { definePlanner } from '../kit/define-planner.ts'
import { moveNumber } from '../storage/number-alias-store.ts'

/** A person who takes another number stays the same person: what was said is filed under the number as of now. */
export default definePlanner({
  kinds: ['person_change'],
  stores: (database) => database,
  plan: ({ deviceId, now, stores: database }, { change }) => {
    if (change.type !== 'number') return { statements: [], told: [] }
    const { before, after } = change
    const isMove = isPhoneJid(before.jid) && isPhoneJid(after.jid) && before.jid !== after.jid
    const move = { from: before.jid, to: after.jid, at: now }
    return { statements: isMove ? moveNumber(database, deviceId, move) : [], told: [] }
  },
})
