import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import type { World } from '../world/world.ts'
import { type ChatEntry, ChatLog, type ChatTimer } from './chat-log.ts'
import { fromJson, toJson } from './json-bytes.ts'
import type { PhoneContext, Violation } from './phone-context.ts'
import type { PhoneKeys } from './phone-keys.ts'
import type { PhoneStorage } from './phone-storage.ts'
import { SignalStore } from './signal-store.ts'

interface Ingredients {
  readonly world: World
  readonly device: Device
  readonly keys: PhoneKeys
  readonly storage: PhoneStorage
  readonly violations: Violation[]
  readonly submit: PhoneContext['submit']
}

const mostViolations = 1000

/** What the parts of a phone share, with the chats of an earlier life if there was one. */
export function makePhoneContext({ world, device, keys, storage, violations, submit }: Ingredients): PhoneContext {
  const { account } = device
  const chats = new ChatLog()
  const note: PhoneContext['note'] = (type, data) => void world.log.append(type, { phone: account.phone, ...data })
  keepChats(chats, storage)
  chats.onChange = ({ id, chat, fromMe, kind, text, status }) =>
    note('phone.message', { id, chat, fromMe, kind, text, status })
  return {
    ...{ world, account, device, keys, storage, chats, submit, note },
    timers: new Map([...storage.entries('timer/')].map(([chat, text]) => [chat, JSON.parse(text) as ChatTimer])),
    signal: new SignalStore(keys, storage),
    violation: (rule, detail, culprit) => {
      const violation = { rule, detail, device: culprit ? deviceName(culprit) : '', at: world.clock.now() }
      // The first ones tell what is wrong; a client that does nothing else must not fill the memory.
      if (violations.length < mostViolations) violations.push(violation)
      note('phone.violation', { ...violation })
    },
    receipt: (entry, receipt) => {
      entry.receipts.push(receipt)
      chats.store(entry)
      note('phone.receipt', { id: entry.id, chat: entry.chat, type: receipt.type, from: receipt.from })
    },
  }
}

function keepChats(chats: ChatLog, storage: PhoneStorage): void {
  for (const [, text] of storage.entries('chat/')) chats.add(fromJson<ChatEntry>(text))
  if (!storage.durable) return
  chats.onStore = (entry, place) => storage.write(`chat/${String(place).padStart(9, '0')}`, toJson(entry))
}
