import { bareJid, type InboundItem, isPersonJid } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { DeviceContext, EventSource } from '../events/event-source.ts'
import { definePlanner } from '../kit/define-planner.ts'
import { ContactStore } from '../storage/contact-store.ts'
import { deviceMemory } from '../storage/device-memory.ts'

type Item = Extract<InboundItem, { readonly kind: 'message' | 'history' | 'person_change' }>

/** Names that need not be looked up again before a message is stored. */
const inMemory = 20_000

const isOther = ({ account }: DeviceContext, jid: string): boolean =>
  isPersonJid(jid) && jid !== (account && bareJid(account.jid))

type Named = readonly [column: 'push_name' | 'business_name' | 'username', jid: string, name: string | undefined]

/** Who is named in an item, and how. */
function namesIn(device: DeviceContext, item: Item): Named[] {
  if (item.kind === 'history')
    return item.pushNames.map(({ jid, name }): Named => ['push_name', jid, name]).filter(real(device))
  if (item.kind === 'person_change') {
    const { change } = item
    if (change.type === 'username') return [['username', change.of.jid, change.username]]
    return change.type === 'business_name' ? [['business_name', change.of.jid, change.name]] : []
  }
  if (item.fromMe) return [['username', item.chat.jid, item.chatUsername] satisfies Named].filter(real(device))
  const { jid } = item.sender
  const names: Named[] = [
    ['push_name', jid, item.pushName],
    ['business_name', jid, item.businessName],
    ['username', jid, item.username],
  ]
  return names.filter(real(device))
}

const real =
  (device: DeviceContext) =>
  ([, jid, name]: Named): boolean =>
    name !== undefined && name !== '' && isOther(device, jid)

/** What is known already of whom an item names: by column. */
type Known = Partial<Record<Named[0], string>>

/** What people call themselves, as their messages and the phone's history tell it, and the names that WhatsApp confirms of businesses. */
export default definePlanner({
  kinds: ['message', 'history', 'person_change'],
  stores: (database) => ({
    contacts: new ContactStore(database),
    /** Names as they are stored, by device, address and column. */
    known: deviceMemory(database).add(new LRUCache<string, string>({ ...atMost(inMemory) })),
  }),
  /** The names that were known of the one whom an item names. */
  async read({ contacts, known }, { deviceId, device }, item): Promise<Known> {
    const named = item.kind === 'history' ? [] : namesIn(device, item)
    const [first] = named
    if (!first) return {}
    const keyOf = (column: string) => `${deviceId} ${first[1]} ${column}`
    if (named.every(([column, , name]) => known.get(keyOf(column)) === name)) {
      return Object.fromEntries(named.map(([column, , name]) => [column, name]))
    }
    const stored = await contacts.find(deviceId, first[1])
    const before = {
      push_name: stored?.pushName ?? '',
      business_name: stored?.businessName ?? '',
      username: stored?.username ?? '',
    }
    for (const [column] of named) if (before[column]) known.set(keyOf(column), before[column])
    return before
  },
  plan({ deviceId, device, now, stores, facts: before }, item) {
    const news = namesIn(device, item).filter(([column, , name]) => name !== before[column])
    const statements = news.flatMap(([column, jid, name = '']) =>
      column === 'username'
        ? stores.contacts.rename(deviceId, jid, name, now)
        : [stores.contacts.name(deviceId, jid, column, name || null, now)],
    )
    const past = item.kind === 'history' ? item.conversations : []
    const remembered = past.flatMap(({ chat: { jid }, username }) =>
      username && isOther(device, jid) ? [stores.contacts.suggestUsername(deviceId, jid, username, now)] : [],
    )
    return {
      statements: [...statements, ...remembered],
      told: told(item, news, before),
    }
  },
})

/** The first name of somebody is no change; but WhatsApp says of itself when it confirms another one. */
function told(item: Item, news: readonly Named[], before: Known): EventSource[] {
  if (item.kind === 'history') return []
  const { at, offline } = item
  if (item.kind === 'person_change') {
    const { change } = item
    if (change.type === 'username') return news.map(() => item)
    if (change.type !== 'business_name') return [item]
    const { of, name } = change
    return news.map(() => ({
      kind: 'business_name_changed',
      of,
      before: before.business_name ?? '',
      name,
      at,
      offline,
    }))
  }
  return news.flatMap(([column, , name = '']): EventSource[] => {
    if (column === 'username') return []
    const was = before[column]
    const kind = column === 'push_name' ? ('push_name_changed' as const) : ('business_name_changed' as const)
    return was ? [{ kind, of: item.sender, before: was, name, at, offline }] : []
  })
}
