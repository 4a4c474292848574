import assert from 'node:assert/strict'
import type { Sandbox } from '@switchboard/sandbox'
import { createDevice, type DeviceApi, type EventView } from './api.ts'
import type { WebhookReceiver } from './webhook-receiver.ts'

type Phone = Awaited<ReturnType<Sandbox['phone']>>

/** An answer that was neither a success nor the "not now" of the catalogue. */
export interface OddAnswer {
  readonly status: number
  readonly body: unknown
}

/** A linked account with friends, in whose chats both sides talk. */
export interface Talker {
  readonly owner: Phone
  readonly friends: readonly Phone[]
  readonly device: DeviceApi
  readonly hooks: WebhookReceiver
  /** Texts that friends sent; each must arrive exactly once. */
  readonly said: Set<string>
  /** Ids of what friends changed afterwards. */
  readonly changed: Set<string>
  /** Texts that the API took with 2xx, by text. */
  readonly accepted: Map<string, { messageId: string; friend: Phone }>
  /** Texts whose request got no answer, or one that says "later": the caller repeats them under the same key. */
  readonly unanswered: Map<string, Phone>
  /** What no caller should be answered while the store or the device is away. */
  readonly odd: OddAnswer[]
}

/** mulberry32: a small published generator, so that a failing run can be repeated by its seed. */
export function seededRandom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Links an account `n` with its friends and a webhook. */
export async function linkTalker(
  sandbox: Sandbox,
  gateway: { readonly url: string },
  apiKey: string,
  hooks: WebhookReceiver,
  { n, friends: count }: { n: number; friends: number },
): Promise<Talker> {
  const owner = await sandbox.phone({ name: `Owner ${n}` })
  const friends = await Promise.all(
    Array.from({ length: count }, (_, f) => sandbox.phone({ name: `Friend ${n}.${f}` })),
  )
  const device = await createDevice(gateway.url, apiKey, `device ${n}`)
  const hook = await device.call<{ webhook_id: number; secret: string }>('POST', '/webhooks', { url: hooks.url })
  assert.ok(hook.status === 200 || hook.status === 201, JSON.stringify(hook.body))
  hooks.useSecret(hook.body.data.secret)
  await owner.scan(await device.loginQr())
  await device.connected()
  return {
    owner,
    friends,
    device,
    hooks,
    said: new Set(),
    changed: new Set(),
    accepted: new Map(),
    unanswered: new Map(),
    odd: [],
  }
}

/** Both directions at once until the returned function is called. */
export function talk(talkers: readonly Talker[], random: () => number, round: number): () => Promise<void> {
  let talking = true
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20 + random() * 120))
  const friendOf = (talker: Talker) => talker.friends[Math.floor(random() * talker.friends.length)]!
  const loops = talkers.flatMap((talker, n) => [
    (async () => {
      for (let i = 0; talking && i < 40; i++, await pause()) {
        const text = `in ${n}.${round}.${i}`
        const friend = friendOf(talker)
        const { id } = await friend.send(talker.owner.jid, { text })
        talker.said.add(text)
        await thinkAgain(talker, friend, id, text, random())
      }
    })(),
    (async () => {
      for (let i = 0; talking && i < 40; i++, await pause())
        await speak(talker, friendOf(talker), `out ${n}.${round}.${i}`)
    })(),
  ])
  return async () => {
    talking = false
    await Promise.all(loops)
  }
}

/** Some of what is said is said in other words afterwards, taken back, or reacted to, by both sides. */
async function thinkAgain(talker: Talker, friend: Phone, id: string, text: string, chance: number): Promise<void> {
  const { owner } = talker
  if (chance < 0.3) talker.changed.add(id)
  if (chance < 0.15) await friend.send(owner.jid, { edit: { message: id, text: `${text}, rather` } })
  else if (chance < 0.3) {
    // It may be taken back before it can be read: then nobody is told what it said.
    talker.said.delete(text)
    await friend.send(owner.jid, { revoke: { message: id } })
  }
  if (chance > 0.2 && chance < 0.5) await friend.send(owner.jid, { reaction: { message: id, emoji: '👍' } })
  if (chance < 0.45 || chance > 0.55) return
  await owner.until.message((message) => message.id === id)
  await owner.send(friend.jid, { reaction: { message: id, emoji: '❤️' } })
}

/** One send under its own key. What got no answer, or "later", is noted for a repeat. */
async function speak(talker: Talker, friend: Phone, text: string): Promise<void> {
  const answer = await talker.device.sendText(friend.id, text, text.replaceAll(' ', '-')).catch(() => undefined)
  if (answer && answer.status < 300) {
    talker.accepted.set(text, { messageId: answer.body.data.message_id, friend })
    talker.unanswered.delete(text)
    return
  }
  talker.unanswered.set(text, friend)
  const notNow = ['device_not_connected', 'not_ready', 'shutting_down', 'whatsapp_timeout', 'idempotency_in_progress']
  if (answer && !notNow.includes(answer.body.error_code ?? '')) talker.odd.push(answer)
}

/** Does what a careful caller does after a failure: the same requests again, under the same keys. @returns how many */
export async function repeatUnanswered(talkers: readonly Talker[]): Promise<number> {
  let repeated = 0
  for (const talker of talkers) {
    for (const [text, friend] of [...talker.unanswered]) {
      repeated++
      await speak(talker, friend, text)
      assert.ok(talker.accepted.has(text), `"${text}" is accepted when it is repeated`)
    }
  }
  return repeated
}

/** Waits until every friend's text is in the log, every accepted send has ended, and the webhook has the whole log. */
export async function settled(talker: Talker, timeoutMs = 120_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const missing = await missingNow(talker)
    if (missing.length === 0) return
    if (Date.now() > deadline) throw new Error(`not settled: ${missing.slice(0, 5).join('; ')}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function statusOf({ device }: Talker, messageId: string): Promise<string> {
  const { body } = await device.call<{ status: string }>('GET', `/messages/${messageId}`)
  return body.data.status
}

async function missingNow(talker: Talker): Promise<string[]> {
  const log = await talker.device.events()
  const texts = new Set(receivedTexts(log).map((event) => String(event.data['text'])))
  const missing = [...talker.said].filter((text) => !texts.has(text)).map((text) => `inbound "${text}"`)
  for (const [text, { messageId }] of talker.accepted) {
    const status = await statusOf(talker, messageId)
    if (['queued', 'sending'].includes(status)) missing.push(`"${text}" is ${status}`)
  }
  const delivered = new Set(talker.hooks.received.map((hook) => hook.seq))
  const owed = toldToWebhooks(log).filter((event) => !delivered.has(event.seq))
  return [...missing, ...owed.map((event) => `webhook for seq ${event.seq}`), ...(await unlikeThePhone(talker))]
}

const receivedTexts = (log: readonly EventView[]) =>
  log.filter(
    ({ event_type, data }) =>
      event_type === 'message.received' && data['is_from_me'] === false && data['type'] === 'text',
  )

/** What the webhook is owed: everything since its registration, which is the whole log. Pairing codes go only to those who name the event. */
const toldToWebhooks = (log: readonly EventView[]) => log.filter((event) => event.event_type !== 'connection.qr')

/** Nothing lost, nothing doubled, nothing out of order. @param allArrive whether every accepted send must have reached its friend */
export async function verifyTalker(talker: Talker, { allArrive }: { allArrive: boolean }): Promise<void> {
  const log = await talker.device.events()
  const numbers = log.map((event) => event.seq)
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
    'the log has no gap',
  )
  const inbound = receivedTexts(log).map((event) => String(event.data['text']))
  assert.equal(new Set(inbound).size, inbound.length, 'no inbound message is in the log twice')
  for (const text of talker.said) assert.ok(inbound.includes(text), `"${text}" is in the log`)
  assert.ok(talker.said.size > 0 && talker.accepted.size > 0, 'both directions were tried')
  await verifySends(talker, log, allArrive)
  verifyChanges(log)
  for (const phone of [talker.owner, ...talker.friends]) {
    assert.deepEqual(phone.violations, [], 'the phone saw nothing that a real one would refuse')
  }
  verifyWebhooks(talker)
}

interface Stored {
  readonly message_id: string
  readonly text: string | null
  readonly deleted_at: string | null
  readonly reactions: readonly { readonly emoji: string; readonly sender: string }[]
}

const words = (id: string, text: unknown, deleted: boolean, reactions: readonly string[]) =>
  JSON.stringify([id, deleted ? null : text, deleted ? [] : [...reactions].sort()])

/** What friends said that is not stored as the owner's phone shows it. */
async function unlikeThePhone({ owner, friends, device }: Talker): Promise<string[]> {
  const unlike: string[] = []
  for (const friend of friends) {
    const { body } = await device.call<{ messages: Stored[] }>('GET', `/chats/${friend.id}/messages?limit=500`)
    const stored = new Set(
      body.data.messages.map(({ message_id, text, deleted_at, reactions }) =>
        words(
          message_id,
          text,
          deleted_at !== null,
          reactions.map(({ sender, emoji }) => `${sender} ${emoji}`),
        ),
      ),
    )
    for (const { id, kind, fromMe, text, editedText, revoked = false, reactions = {} } of owner.messages(friend.jid)) {
      if (kind !== 'text' || fromMe) continue
      const shown = words(
        id,
        editedText ?? text,
        revoked,
        Object.entries(reactions).map(([sender, emoji]) => `${sender} ${emoji}`),
      )
      if (!stored.has(shown)) unlike.push(`the phone shows ${shown}`)
    }
  }
  return unlike
}

/** No change is told twice. */
function verifyChanges(log: readonly EventView[]): void {
  const changes = log.filter(({ event_type }) => ['message.edited', 'message.deleted'].includes(event_type))
  const names = changes.map(({ event_type, data }) => `${event_type} ${data['message_id']}`)
  assert.equal(new Set(names).size, names.length, 'no change is told twice')
  const reactions = log
    .filter(({ event_type }) => event_type === 'message.reaction')
    .map(({ data }) => data['reaction_id'])
  assert.equal(new Set(reactions).size, reactions.length, 'no reaction is told twice')
}

const ways = ['message.sent', 'message.delivered', 'message.read', 'message.played']

async function verifySends(talker: Talker, log: readonly EventView[], allArrive: boolean): Promise<void> {
  for (const [text, { messageId, friend }] of talker.accepted) {
    const shown = friend.messages().filter((message) => message.text === text)
    assert.ok(shown.length <= 1, `"${text}" is shown at most once`)
    const status = await statusOf(talker, messageId)
    const arrived = ['sent', 'delivered', 'read'].includes(status)
    if (arrived) assert.equal(shown.length, 1, `"${text}" is ${status} and shown`)
    else assert.ok(!allArrive && ['unknown', 'failed', 'expired'].includes(status), `"${text}" ended as ${status}`)
    const told = log.filter((event) => event.event_type === 'message.sent' && event.data['message_id'] === messageId)
    assert.ok(told.length <= 1, `"${text}" is told as sent ${told.length} times`)
    const steps = log.filter(({ event_type, data }) => ways.includes(event_type) && data['message_id'] === messageId)
    const names = steps.map(({ event_type, data }) => `${event_type} ${data['sender'] ?? ''}`)
    assert.equal(new Set(names).size, names.length, `"${text}" is told once of each person and state: ${names}`)
    assert.ok(names.length === 0 || names[0] === 'message.sent ', `"${text}" is told as sent first: ${names}`)
  }
}

function verifyWebhooks({ hooks }: Talker): void {
  const firstSeen = [...new Set(hooks.received.map((hook) => hook.seq))]
  assert.deepEqual(
    firstSeen,
    [...firstSeen].sort((a, b) => a - b),
    'webhooks came in order',
  )
  assert.ok(
    hooks.received.every((hook) => hook.signaturesHold),
    'every webhook is signed',
  )
}
