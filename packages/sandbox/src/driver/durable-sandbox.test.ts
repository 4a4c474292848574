import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { Sandbox } from '../start-sandbox.ts'
import { StockClient, textOf } from './testing/stock-client.ts'

// The library announces closed sessions on the console.
console.info = () => {}

const directories: string[] = []
const children: ChildProcess[] = []
const worlds: Sandbox[] = []

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-'))
  directories.push(directory)
  return directory
}

async function start(dataDir: string): Promise<Sandbox> {
  const world = await Sandbox.start({ dataDir })
  worlds.push(world)
  return world
}

interface Info {
  socket_url: string
  root_key_hex: string
}

/** It writes to its folder until it is gone. */
async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** The sandbox in a process of its own, so that it can be killed. */
async function startProcess(dataDir: string): Promise<{ origin: string; kill(): Promise<void> }> {
  const child = fork(new URL('../cli.ts', import.meta.url), ['--port', '0', '--data', dataDir], { silent: true })
  children.push(child)
  const [first] = (await once(child.stdout!, 'data')) as [Buffer]
  const origin = /http:\/\/\S+/.exec(first.toString())?.[0]
  assert.ok(origin, first.toString())
  const kill = async (): Promise<void> => {
    await killed(child)
  }
  return { origin, kill }
}

async function call<T>(origin: string, path: string, body?: object): Promise<T> {
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
  const response = await fetch(`${origin}${path}`, init)
  const answer = await response.json()
  assert.equal(response.status, 200, JSON.stringify(answer))
  return answer as T
}

describe('a durable sandbox', () => {
  after(async () => {
    for (const world of worlds) await world.stop()
    await Promise.all(children.map(killed))
    for (const directory of directories) rmSync(directory, { recursive: true, force: true })
  })

  it('comes back with its groups, their rules and their keys', async () => {
    const dataDir = newDirectory()
    const before = await start(dataDir)
    const ana = await before.phone({ name: 'Ana' })
    const bob = await before.phone({ name: 'Bob' })
    const group = await ana.groups.create({ subject: 'Lasting', participants: [bob.jid], locked: true })
    const community = await ana.groups.createCommunity({ subject: 'Town' })
    await community.link([group.jid])
    const old = await group.inviteCode()
    const code = await group.resetInvite()
    await group.send({ text: 'before' })
    await bob.groups.of(group.jid).until.message(({ text }) => text === 'before')
    await before.stop()
    const again = await start(dataDir)
    const phones = { ana: again.findPhone(ana.id)!, bob: again.findPhone(bob.id)! }
    const view = await phones.ana.groups.of(group.jid).info()
    assert.deepEqual([view.subject, view.locked, view.parent, view.size], ['Lasting', true, community.jid, 2])
    await assert.rejects(phones.bob.groups.of(group.jid).setSubject('Mine'), /403/)
    await phones.ana.groups.of(group.jid).send({ text: 'after' })
    const read = await phones.bob.groups.of(group.jid).until.message(({ text }) => text === 'after')
    // The same key continues: nothing had to be handed out again.
    assert.equal(again.world.log.since().filter(({ type }) => type === 'phone.sender_key').length, 0)
    assert.equal(read.senderName, 'Ana')
    const caro = await again.phone({ name: 'Caro' })
    await assert.rejects(caro.groups.join(old), /410/)
    assert.equal((await caro.groups.join(code)).group.jid, group.jid)
    await again.stop()
  })

  it('comes back with its people, chats and keys', async () => {
    const dataDir = newDirectory()
    const before = await start(dataDir)
    const ana = await before.phone({ name: 'Ana', persona: 'reads' })
    const bob = await before.phone({ name: 'Bob' })
    await bob.send(ana.jid, { text: 'remember me' })
    await bob.until.receipt({ type: 'read' })
    const key = before.rootKeyHex
    await before.stop()
    const again = await start(dataDir)
    assert.equal(again.rootKeyHex, key)
    assert.deepEqual(
      again
        .phones()
        .map((phone) => [phone.id, phone.account.pushName, phone.persona.name])
        .sort(),
      [
        [ana.id, 'Ana', 'reads'],
        [bob.id, 'Bob', 'silent'],
      ].sort(),
    )
    const [entry] = again.findPhone(bob.id)!.messages(ana.jid)
    assert.deepEqual(
      [entry?.text, entry?.receipts.map((receipt) => receipt.type).sort()],
      ['remember me', ['delivery', 'read']],
    )
    await again.findPhone(ana.id)!.send(bob.jid, { text: 'I do' })
    await again.findPhone(bob.id)!.until.message((message) => message.text === 'I do')
    await again.stop()
  })

  it('keeps groups, channels and faults over a kill', async () => {
    const dataDir = newDirectory()
    let world = await startProcess(dataDir)
    const ana = await call<{ id: string; jid: string }>(world.origin, '/phones', { name: 'Ana' })
    const bob = await call<{ id: string; jid: string }>(world.origin, '/phones', { name: 'Bob' })
    const wish = { subject: 'Walkers', participants: [bob.jid] }
    const group = await call<{ jid: string }>(world.origin, `/phones/${ana.id}/groups`, wish)
    await call(world.origin, `/phones/${ana.id}/groups/${group.jid}/messages`, { text: 'who walks?' })
    const channel = await call<{ jid: string }>(world.origin, `/phones/${ana.id}/channels`, { name: 'News' })
    const fault = await call<{ id: string }>(world.origin, '/faults', {
      device: bob.jid,
      action: { kind: 'exhausted-pre-keys' },
    })
    await world.kill()
    world = await startProcess(dataDir)
    const groups = await call<{ jid: string; subject: string }[]>(world.origin, '/groups')
    assert.deepEqual(
      groups.map(({ jid, subject }) => [jid, subject]),
      [[group.jid, 'Walkers']],
    )
    const chat = await call<{ text: string }[]>(world.origin, `/phones/${bob.id}/groups/${group.jid}/messages`)
    assert.deepEqual(
      chat.map(({ text }) => text),
      ['who walks?'],
    )
    const channels = await call<{ jid: string }[]>(world.origin, '/channels')
    assert.deepEqual(
      channels.map(({ jid }) => jid),
      [channel.jid],
    )
    const faults = await call<{ id: string }[]>(world.origin, '/faults')
    assert.deepEqual(
      faults.map(({ id }) => id),
      [fault.id],
    )
    await world.kill()
  })

  it('keeps a foreign client linked over a kill, and loses and doubles nothing', async () => {
    const dataDir = newDirectory()
    let world = await startProcess(dataDir)
    const ana = await call<{ id: string; jid: string }>(world.origin, '/phones', { name: 'Ana' })
    const bob = await call<{ id: string; jid: string }>(world.origin, '/phones', { name: 'Bob' })
    const client = new StockClient(await call<Info>(world.origin, '/'))
    const opened = client.until('connection.update', (update) => update.connection === 'open')
    await call(world.origin, `/phones/${ana.id}/scan`, { qr: await client.showQr() })
    await opened
    await client.until('creds.update', (update) => (update.accountSyncCounter ?? 0) > 0)
    await call(world.origin, `/phones/${bob.id}/messages`, { to: ana.jid, text: 'before' })
    await client.untilText('before')
    await client.close()
    await call(world.origin, `/phones/${bob.id}/messages`, { to: ana.jid, text: 'while away' })
    for (const text of ['after the first kill', 'after the second kill']) {
      await world.kill()
      world = await startProcess(dataDir)
      const info = await call<Info>(world.origin, '/')
      assert.equal(info.root_key_hex, client.world.root_key_hex)
      client.world = info
      client.events.length = 0
      await client.connect()
      await call(world.origin, `/phones/${bob.id}/messages`, { to: ana.jid, text })
      await client.untilText(text)
      await client.untilStatus(await client.sendText(bob.jid, `${text}, back`), 3)
      await client.close()
    }
    const seen = client.messages.filter((message) => !message.key?.fromMe).map(textOf)
    assert.deepEqual(seen, ['before', 'while away', 'after the first kill', 'after the second kill'])
    const phone = await call<{ duplicates: number; violations: unknown[] }>(world.origin, `/phones/${bob.id}`)
    assert.deepEqual([phone.duplicates, phone.violations], [0, []])
    const chat = await call<{ text: string }[]>(world.origin, `/phones/${bob.id}/messages`)
    assert.equal(chat.filter((message) => message.text.endsWith(', back')).length, 2)
    assert.deepEqual(await call(world.origin, '/unhandled'), [])
  })
})
