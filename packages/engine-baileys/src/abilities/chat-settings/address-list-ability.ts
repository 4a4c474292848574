import { type Address, type AddressList, isLidJid } from '@switchboard/engine'
import { addressOf } from '../../inbound/message-envelope.ts'
import type { SessionContext } from '../../session/session-context.ts'
import { type Acts, defineAbility } from '../define-ability.ts'

/** People are filed by number, or by LID when the number is not known, with an index of its own (seen in: zapo spec/appstate `LidContact`). */
const indexOf = ({ jid }: Address): string[] => [isLidJid(jid) ? 'lid_contact' : 'contact', jid]

const both = ({ jid, lid }: Address, { signal }: SessionContext): Promise<Address> => addressOf(jid, lid, signal.book)

/** Seen in: baileys chat-utils.js `chatModificationToAppPatch`, zapo spec/appstate `Contact`. */
const acts: Acts<AddressList> = {
  async save({ context, appState }, person, names) {
    const who = await both(person, context)
    const index = indexOf(who)
    const known = { ...names, saveOnPrimaryAddressbook: true, ...(who.lid && { lidJid: who.lid }) }
    const own = isLidJid(who.jid)
      ? { index, version: 1, value: { lidContactAction: names } }
      : { index, version: 2, value: { contactAction: known } }
    await appState.publish('critical_unblock_low', [own])
  },
  async remove({ context, appState }, person) {
    const index = indexOf(await both(person, context))
    await appState.publish('critical_unblock_low', [
      { index, version: index[0] === 'contact' ? 2 : 1, value: undefined },
    ])
  },
}

export const addressList = defineAbility('addressList', acts)
