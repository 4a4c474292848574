import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { createApiKey, createDevice, type DeviceApi, type EventView } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { WebhookReceiver } from './steps/webhook-receiver.ts'

const seed = Number(process.env['KILL_SEED'] ?? 20261122)
const kills = 6
const talkMsBetweenKills = 1_500
const accounts = 5
const friendsPerAccount = 3

/** mulberry32: a small published generator, so that a failing run can be repeated by its seed. */
function seededRandom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Phone = Awaited<ReturnType<Sandbox['phone']>>

interface Talker {
  readonly owner: Phone
  readonly friends: readonly Phone[]
  readonly device: DeviceApi
  readonly hooks: WebhookReceiver
  /** Texts that friends sent; each must arrive exactly once. */
  readonly said: Set<string>
  /** Texts that the API took with 2xx, by text. */
  readonly accepted: Map<string, { messageId: string; friend: Phone }>
  /** Texts whose request got no answer: the caller repeats them under the same key. */
  readonly unanswered: Map<string, Phone>
}

describe(`a gateway killed ${kills} times while ${accounts * (friendsPerAccount + 1)} phones talk (seed ${seed})`, () => {
  it('loses nothing, doubles nothing and keeps webhooks in order', { timeout: 240_000 }, async () => {
    const random = seededRandom(seed)
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-kill-'))
    const sandbox = await Sandbox.start({ seed, port: await freePort(), control: true })
    const gateway = new GatewayProcess({ dataDir, port: await freePort(), sandboxUrl: sandbox.origin })
    const talkers: Talker[] = []
    const receivers = await Promise.all(Array.from({ length: accounts }, () => WebhookReceiver.start()))
    try {
      await gateway.start()
      const apiKey = await createApiKey(gateway.url, gateway.adminSecret)
      for (let n = 0; n < accounts; n++) talkers.push(await link(sandbox, gateway, apiKey, receivers[n]!, n))

      for (let round = 0; round < kills; round++) {
        const stopTalking = talk(talkers, random, round)
        await new Promise((resolve) => setTimeout(resolve, talkMsBetweenKills * (0.4 + random() * 1.2)))
        await gateway.kill9()
        await stopTalking()
        await gateway.start()
      }
      await Promise.all(talkers.map((talker) => talker.device.connected(60_000)))
      const repeated = talkers.reduce((sum, { unanswered }) => sum + unanswered.size, 0)
      for (const talker of talkers) await repeatUnanswered(talker)
      console.log(`${repeated} sends were cut off by a kill and repeated under their key`)
      for (const talker of talkers) await settled(talker)
      for (const talker of talkers) await verify(talker)
      const unreadable = sandbox.world.log.since(0).filter((event) => event.type === 'phone.undecryptable')
      assert.deepEqual(unreadable, [], 'phones could decrypt everything')
      assert.deepEqual(sandbox.unhandled, [])
    } finally {
      await gateway.kill9()
      await Promise.all(receivers.map((receiver) => receiver.stop()))
      await sandbox.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})

async function link(
  sandbox: Sandbox,
  gateway: GatewayProcess,
  apiKey: string,
  hooks: WebhookReceiver,
  n: number,
): Promise<Talker> {
  const owner = await sandbox.phone({ name: `Owner ${n}` })
  const friends = await Promise.all(
    Array.from({ length: friendsPerAccount }, (_, f) => sandbox.phone({ name: `Friend ${n}.${f}` })),
  )
  const device = await createDevice(gateway.url, apiKey, `device ${n}`)
  const hook = await device.call<{ webhook_id: number; secret: string }>('POST', '/webhooks', { url: hooks.url })
  assert.ok(hook.status === 200 || hook.status === 201, JSON.stringify(hook.body))
  hooks.useSecret(hook.body.data.secret)
  await owner.scan(await device.loginQr())
  await device.connected()
  return { owner, friends, device, hooks, said: new Set(), accepted: new Map(), unanswered: new Map() }
}

/** Both directions at once until the returned function is called. */
function talk(talkers: readonly Talker[], random: () => number, round: number): () => Promise<void> {
  let talking = true
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20 + random() * 120))
  const loops = talkers.flatMap((talker, n) => [
    (async () => {
      for (let i = 0; talking && i < 40; i++, await pause()) {
        const friend = talker.friends[Math.floor(random() * talker.friends.length)]!
        const text = `in ${n}.${round}.${i}`
        await friend.send(talker.owner.jid, { text })
        talker.said.add(text)
      }
    })(),
    (async () => {
      for (let i = 0; talking && i < 40; i++, await pause()) {
        const friend = talker.friends[Math.floor(random() * talker.friends.length)]!
        const text = `out ${n}.${round}.${i}`
        await speak(talker, friend, text)
      }
    })(),
  ])
  return async () => {
    talking = false
    await Promise.all(loops)
  }
}

/** One send under its own key. What got no answer is noted; a refusal (the device is not connected yet) is the caller's to know. */
async function speak(talker: Talker, friend: Phone, text: string): Promise<void> {
  const answer = await talker.device.sendText(friend.id, text, text.replaceAll(' ', '-')).catch(() => undefined)
  if (!answer) talker.unanswered.set(text, friend)
  else if (answer.status < 300) talker.accepted.set(text, { messageId: answer.body.data.message_id, friend })
}

/** Does what a careful caller does after a failure: the same request again, under the same key. */
async function repeatUnanswered(talker: Talker): Promise<void> {
  for (const [text, friend] of talker.unanswered) {
    await speak(talker, friend, text)
    assert.ok(talker.accepted.has(text), `"${text}" is accepted when it is repeated`)
  }
}

/** Waits until every friend's text is in the log, every accepted send has ended, and the webhook has the whole log. */
async function settled(talker: Talker): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const missing = await missingNow(talker)
    if (missing.length === 0) return
    if (Date.now() > deadline) throw new Error(`not settled: ${missing.slice(0, 5).join('; ')}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function missingNow(talker: Talker): Promise<string[]> {
  const log = await talker.device.events()
  const texts = new Set(receivedTexts(log).map((event) => String(event.data['text'])))
  const missing = [...talker.said].filter((text) => !texts.has(text)).map((text) => `inbound "${text}"`)
  for (const [text, { messageId }] of talker.accepted) {
    const state = await talker.device.call<{ status: string }>('GET', `/messages/${messageId}`)
    const { status } = state.body.data
    if (['queued', 'sending'].includes(status)) missing.push(`"${text}" is ${status}`)
  }
  const delivered = new Set(talker.hooks.received.map((hook) => hook.seq))
  const owed = await hookEvents(talker)
  missing.push(...owed.filter((event) => !delivered.has(event.seq)).map((event) => `webhook for seq ${event.seq}`))
  return missing
}

const receivedTexts = (log: readonly EventView[]) =>
  log.filter((event) => event.event_type === 'message.received' && event.data['is_from_me'] === false)

/** What the webhook is owed: everything since its registration, which is the whole log. Pairing codes go only to those who name the event. */
const hookEvents = async (talker: Talker) =>
  (await talker.device.events()).filter((event) => event.event_type !== 'connection.qr')

async function verify(talker: Talker): Promise<void> {
  const log = await talker.device.events()
  assert.deepEqual(
    log.map((event) => event.seq),
    log.map((_, index) => index + 1),
    'the log has no gap',
  )
  const inbound = receivedTexts(log).map((event) => String(event.data['text']))
  assert.equal(new Set(inbound).size, inbound.length, 'no inbound message is in the log twice')
  for (const text of talker.said) assert.ok(inbound.includes(text), `"${text}" is in the log`)

  assert.ok(talker.said.size > 0 && talker.accepted.size > 0, 'both directions were tried')
  for (const [text, { messageId, friend }] of talker.accepted) {
    const shown = friend.messages().filter((message) => message.text === text)
    assert.ok(shown.length <= 1, `"${text}" is shown at most once`)
    const { body } = await talker.device.call<{ status: string }>('GET', `/messages/${messageId}`)
    const { status } = body.data
    const arrived = ['sent', 'delivered', 'read'].includes(status)
    if (arrived) assert.equal(shown.length, 1, `"${text}" is ${status} and shown`)
    else assert.ok(['unknown', 'failed', 'expired'].includes(status), `"${text}" ended as ${status}`)
  }
  for (const phone of [talker.owner, ...talker.friends]) {
    assert.deepEqual(phone.violations, [], 'the phone saw nothing that a real one would refuse')
  }

  const firstSeen = [...new Set(talker.hooks.received.map((hook) => hook.seq))]
  assert.deepEqual(
    firstSeen,
    [...firstSeen].sort((a, b) => a - b),
    'webhooks came in order',
  )
  assert.ok(
    talker.hooks.received.every((hook) => hook.signaturesHold),
    'every webhook is signed',
  )
}
