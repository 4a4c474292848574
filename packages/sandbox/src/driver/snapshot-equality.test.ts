import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { RawClient, seedLinkedAccounts } from '../load/index.ts'
import type { Phone } from '../phone/phone.ts'
import { Sandbox } from '../start-sandbox.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { unpackSnapshot } from './snapshot.ts'

const worlds: Sandbox[] = []
const children: ChildProcess[] = []

async function start(options: Parameters<typeof Sandbox.start>[0] = {}): Promise<Sandbox> {
  const world = await Sandbox.start(options)
  worlds.push(world)
  return world
}

async function otherProcess(): Promise<string> {
  const child = fork(new URL('../cli.ts', import.meta.url), ['--port', '0'], { silent: true })
  children.push(child)
  const [first] = (await once(child.stdout!, 'data')) as [Buffer]
  return /http:\/\/\S+/.exec(first.toString())?.[0] ?? ''
}

// biome-ignore lint/suspicious/noExplicitAny: answers are compared whole
async function ask(origin: string, path: string, body?: object): Promise<any> {
  const response = await fetch(origin + path, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  const answer = await response.json()
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(answer)}`)
  return answer
}

/** What a person can see of the world, by one phone. */
const views = (id: string, group: string, channel: string): string[] => [
  ...['', '/messages', '/devices', '/groups', '/channels', '/status', '/app-state', '/blocked', '/privacy'].map(
    (part) => `/phones/${id}${part}`,
  ),
  ...[
    `/phones/${id}/groups/${group}/messages`,
    `/phones/${id}/channels/${channel}/messages`,
    `/phones/${id}/chats/${group}`,
  ],
]
const wholes = ['/groups', '/channels', '/faults', '/unhandled']

/** Until phones that are on have taken all that came. */
async function quiet(world: Sandbox): Promise<void> {
  const busy = (): boolean => world.phones().some((phone) => phone.connected && phone.device.mailbox.size > 0)
  while (busy()) await new Promise((resolve) => setImmediate(resolve))
}

describe('a snapshot of a world in which everything is', () => {
  let world: Sandbox
  let ana: Phone
  let bob: Phone
  let off: Phone
  let group: string
  let channel: string
  let snapshot: Uint8Array

  before(async () => {
    world = await start({ seed: 3, clock: new ManualClock(Date.now()), control: true })
    ;[ana, bob] = [await world.phone({ name: 'Ana' }), await world.phone({ name: 'Bob', persona: ['one', 'two'] })]
    off = await world.phone({ name: 'Off', addressing: 'pn' })
    await chats()
    await places()
    await settings()
    await whatWaits()
    await quiet(world)
    snapshot = world.snapshot()
  })

  after(async () => {
    for (const each of worlds) await each.stop()
    for (const child of children) child.kill('SIGKILL')
  })

  async function chats(): Promise<void> {
    const sent = await ana.send(bob.jid, { text: 'hello' })
    await ana.until.message(({ text }) => text === 'one')
    await bob.send(ana.jid, { reaction: { message: sent.id, emoji: '👍' } })
    await ana.send(bob.jid, { image: { caption: 'look' } })
    const poll = await ana.send(bob.jid, { poll: { question: 'Tea?', options: ['yes', 'no'] } })
    await bob.until.message(({ id }) => id === poll.id)
    await bob.send(ana.jid, { vote: { poll: poll.id, options: ['yes'] } })
    await ana.send(bob.jid, { edit: { message: sent.id, text: 'hello, Bob' } })
    await ana.send(bob.jid, { expiry: { seconds: 86_400 } })
    // Off knows Ana, so that a session has begun on both sides.
    await off.send(ana.jid, { text: 'I am here' })
    await ana.send(off.jid, { text: 'good' })
    await off.until.message(({ text }) => text === 'good')
  }

  async function places(): Promise<void> {
    const made = await ana.groups.create({ subject: 'Walkers', participants: [bob.jid, off.jid] })
    group = made.jid
    await made.send({ text: 'who walks?' })
    await off.until.message(({ text }) => text === 'who walks?')
    await bob.groups.of(group).send({ text: 'me' })
    await ana.groups.createCommunity({ subject: 'Town' })
    const news = await ana.channels.create({ name: 'News' })
    channel = news.jid
    await bob.channels.follow(channel)
    const post = await news.post({ text: 'first' })
    await bob.channels.of(channel).react(post.serverId ?? 0, '👍')
    await ana.settings.saveContacts(bob.jid)
    await ana.status.post({ text: 'at the lake' })
    await ana.calls.offer(bob.jid)
  }

  async function settings(): Promise<void> {
    const [message] = ana.messages(bob.jid)
    await ana.appState.mute(group, 'forever')
    await ana.appState.star(bob.jid, message!.id)
    await ana.appState.editLabel('1', { name: 'Friends', color: 2 })
    await ana.appState.saveContact(bob.jid, { fullName: 'Bob B.' })
    await ana.settings.setPicture(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1]))
    await ana.settings.setPrivacy('last', 'none')
    await bob.settings.block(off.jid)
    bob.settings.openBusiness({ verifiedName: 'Bob & Co', verifiedLevel: 'low' })
    ana.history.seed({ chats: 2, messages: 3 })
    await world.fault.apply({ device: bob.jid, action: { kind: 'exhausted-pre-keys' } })
    await world.fault.apply({ device: bob.jid, action: { kind: 'reach-out-timelock', seconds: 600 } })
    await world.world.router.submit(bob.device, { tag: 'iq', attrs: { id: '1', xmlns: 'never:heard', type: 'get' } })
  }

  async function whatWaits(): Promise<void> {
    const [seeded] = await seedLinkedAccounts(world, 1)
    const client = await RawClient.connect(world.socketUrl, seeded!)
    client.close()
    await world.world.log.until(({ type }) => type === 'disconnected')
    world.world.minimumVersion = [2, 3000, 1]
    await off.disconnect()
    await ana.send(off.jid, { text: 'while you were off' })
    await ana.groups.of(group).send({ text: 'all of you' })
    await ana.send(seeded!.phone.jid, { text: 'for a client that is away' })
    await off.send(ana.jid, { text: 'written while off' })
  }

  it('is the same when what was restored is captured again: every part of the world, every word on the phones', async () => {
    const { world: captured, phones } = unpackSnapshot(snapshot)
    for (const part of ['groups', 'newsletters', 'calls', 'media', 'faults', 'unhandled', 'minimumVersion', 'random']) {
      assert.ok(JSON.stringify(captured.parts[part])?.length > 5, `there is something in ${part}`)
    }
    assert.ok(JSON.stringify(captured.people).includes('"mailbox"'))
    const again = await start({ snapshot, clock: new ManualClock() })
    const restored = unpackSnapshot(again.snapshot())
    for (const [part, state] of Object.entries(captured.parts))
      assert.deepEqual(restored.world.parts[part], state, part)
    assert.deepEqual(restored.world.people, captured.people)
    assert.deepEqual(restored, { ...unpackSnapshot(snapshot), phones })
  })

  it('goes to another process, in which all phones show the same, decrypt what waited, and talk on', async () => {
    const there = await otherProcess()
    const response = await fetch(`${there}/restore`, { method: 'POST', body: Buffer.from(snapshot) })
    assert.equal(response.status, 200, await response.clone().text())
    for (const path of [...views(bob.id, group, channel), ...views(ana.id, group, channel), ...wholes]) {
      assert.deepEqual(await ask(there, path), await ask(world.origin, path), path)
    }
    assert.equal((await ask(there, `/phones/${off.id}`)).connected, false)
    const stream = await fetch(`${there}/events?after=0`)
    await ask(there, `/phones/${off.id}/connect`, {})
    await ask(there, `/phones/${ana.id}/messages`, { to: off.jid, text: 'welcome back' })
    await ask(there, `/phones/${bob.id}/groups/${group}/messages`, { text: 'and me' })
    await until(stream, off.id, ['while you were off', 'all of you', 'welcome back', 'and me'])
    const seen = await ask(there, `/phones/${ana.id}/messages?chat=${off.id}`)
    assert.equal(seen.filter(({ text }: { text: string }) => text === 'written while off').length, 1)
    for (const { id } of [ana, bob, off]) {
      const { violations, duplicates } = await ask(there, `/phones/${id}`)
      assert.deepEqual([violations, duplicates], [[], 0])
    }
  })

  it('is refused when it is of another version or damaged, and then nothing has changed', async () => {
    const content = JSON.parse(gunzipSync(snapshot).toString())
    const pack = (changed: object): Buffer => gzipSync(JSON.stringify(changed))
    const cases: [Buffer, RegExp][] = [
      [Buffer.from('no snapshot'), /not a snapshot/],
      [
        pack({ ...content, format: 'switchboard-sandbox-0' }),
        /another version.*"switchboard-sandbox-0".*reads "switchboard-sandbox-1"/,
      ],
      [pack({ format: content.format }), /damaged/],
      [pack({ ...content, phones: { 1: null } }), /damaged/],
      [pack({ ...content, world: { ...content.world, parts: { nothing: 1 } } }), /damaged: this world has no nothing/],
      [Buffer.from(snapshot.subarray(0, snapshot.length / 2)), /not a snapshot/],
    ]
    const cursor = world.world.log.cursor
    for (const [body, message] of cases) {
      const response = await fetch(`${world.origin}/restore`, { method: 'POST', body })
      const { error } = (await response.json()) as { error: { code: string; message: string } }
      assert.deepEqual([response.status, error.code], [400, 'invalid_snapshot'])
      assert.match(error.message, message)
    }
    assert.equal(world.world.log.cursor, cursor)
    assert.deepEqual((await ask(world.origin, '/phones')).length, world.phones().length)
  })
})

/** Reads events until a phone has shown all those texts. */
async function until(stream: Response, phone: string, texts: readonly string[]): Promise<void> {
  const missing = new Set(texts)
  let text = ''
  for await (const chunk of stream.body!) {
    text += Buffer.from(chunk).toString()
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines.filter((one) => one.startsWith('data: '))) {
      const { type, data } = JSON.parse(line.slice(6))
      if (type === 'phone.message' && data.phone === phone) missing.delete(data.text)
    }
    if (missing.size === 0) return
  }
}
