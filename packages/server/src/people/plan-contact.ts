import { bareJid, type InboundItem, isLidJid, isPhoneJid } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import type { DeviceContext, EventSource } from '../events/event-source.ts'
import { definePlanner } from '../kit/define-planner.ts'
import { ContactStore } from '../storage/contact-store.ts'

type Named = Extract<InboundItem, { readonly kind: 'message' | 'history' }>

/** Names that need not be looked up again before a message is stored. */
const inMemory = 20_000

const isOther = ({ account }: DeviceContext, jid: string): boolean =>
  (isPhoneJid(jid) || isLidJid(jid)) && jid !== (account && bareJid(account.jid))

/** Who names themselves in an item, and how. */
const namesIn = (device: DeviceContext, item: Named) =>
  (item.kind === 'message'
    ? [{ jid: item.sender.jid, name: item.fromMe ? undefined : item.pushName }]
    : item.pushNames
  ).flatMap(({ jid, name }) => (name && isOther(device, jid) ? [{ jid, name }] : []))

/** What people call themselves, as their messages and the phone's history tell it. */
export default definePlanner({
  kinds: ['message', 'history'],
  stores: (database) => ({
    contacts: new ContactStore(database),
    /** Names as they are stored, by device and address. */
    known: new LRUCache<string, string>({ max: inMemory }),
  }),
  /** The name that was known of whoever wrote a message. */
  async read({ contacts, known }, { deviceId, device }, item): Promise<string | undefined> {
    const [named] = item.kind === 'message' ? namesIn(device, item) : []
    if (!named) return undefined
    const key = `${deviceId} ${named.jid}`
    const remembered = known.get(key)
    if (remembered === named.name) return remembered
    const stored = (await contacts.find(deviceId, named.jid))?.pushName
    if (stored) known.set(key, stored)
    return stored
  },
  plan({ deviceId, device, now, stores, facts: before }, item) {
    const named = namesIn(device, item).filter(({ name }) => name !== before)
    const told: EventSource[] =
      item.kind === 'message' && before
        ? named.map(({ name }) => ({
            ...{ kind: 'push_name_changed', of: item.sender, before, name },
            ...{ at: item.at, offline: item.offline },
          }))
        : []
    return {
      statements: named.map(({ jid, name }) => stores.contacts.name(deviceId, jid, 'push_name', name, now)),
      told,
    }
  },
})
