import { bareJid, isLidJid, isPhoneJid } from '@switchboard/engine'
import { definePlanner } from '../kit/define-planner.ts'
import { ContactStore } from '../storage/contact-store.ts'

/** What people call themselves, as their messages and the phone's history tell it. */
export default definePlanner({
  kinds: ['message', 'push_name', 'history'],
  stores: (database) => ({ contacts: new ContactStore(database) }),
  plan({ deviceId, device, now, stores }, item) {
    const own = device.account && bareJid(device.account.jid)
    const named =
      item.kind === 'message'
        ? [{ jid: item.sender.jid, name: item.fromMe ? undefined : item.pushName }]
        : item.kind === 'push_name'
          ? [{ jid: item.of.jid, name: item.name }]
          : item.pushNames
    const statements = named.flatMap(({ jid, name }) =>
      name && jid !== own && (isPhoneJid(jid) || isLidJid(jid))
        ? [stores.contacts.name(deviceId, jid, 'push_name', name, now)]
        : [],
    )
    return { statements, told: item.kind === 'push_name' ? [item] : [] }
  },
})
