import { randomUUID } from 'node:crypto'

/** `evt_` and 32 hex digits that sort by time: a UUID of version 7 (RFC 9562) without its dashes. What is random in it comes from Node's store of random UUIDs. */
export function newEventId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const random = randomUUID()
  return `evt_${time}7${random.slice(15, 18)}${random.slice(19, 23)}${random.slice(24)}`
}
