import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Phone } from '../phone/phone.ts'
import { Sandbox } from '../start-sandbox.ts'
import { ManualClock } from '../world/manual-clock.ts'

const worlds: Sandbox[] = []
const directories: string[] = []

async function start(options: Parameters<typeof Sandbox.start>[0] = {}): Promise<Sandbox> {
  const world = await Sandbox.start(options)
  worlds.push(world)
  return world
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-'))
  directories.push(directory)
  return directory
}

async function ask(from: Phone, to: Phone, text: string, expected: string): Promise<void> {
  const answered = from.until.message((entry) => !entry.fromMe && entry.chat === to.jid && entry.text === expected)
  await from.send(to.jid, { text })
  await answered
}

/** The same two people, wherever they are now. */
const again = (world: Sandbox, ...phones: Phone[]): Phone[] => phones.map(({ id }) => world.findPhone(id)!)

describe('a persona', () => {
  after(async () => {
    for (const world of worlds) await world.stop()
    for (const directory of directories) rmSync(directory, { recursive: true, force: true })
  })

  it('continues with its script after a restart, where it had stopped', async () => {
    const dataDir = newDirectory()
    const before = await start({ dataDir })
    const ana = await before.phone({ name: 'Ana' })
    const actor = await before.phone({ persona: ['one', 'two', 'three'] })
    await ask(ana, actor, 'first', 'one')
    await before.stop()
    const world = await start({ dataDir })
    const [anaAgain, actorAgain] = again(world, ana, actor) as [Phone, Phone]
    assert.equal(actorAgain.persona.name, 'script')
    await ask(anaAgain, actorAgain, 'second', 'two')
    await ask(anaAgain, actorAgain, 'third', 'three')
  })

  it('is put back with a snapshot: a script to where it was then, a function to itself in the same process', async () => {
    const world = await start()
    const ana = await world.phone({ name: 'Ana' })
    const actor = await world.phone({ persona: ['one', 'two'] })
    const clever = await world.phone({ persona: ({ text }) => text?.toUpperCase() })
    await ask(ana, actor, 'first', 'one')
    const snapshot = world.snapshot()
    await ask(ana, actor, 'second', 'two')
    await world.restore(snapshot)
    const [anaAgain, actorAgain, cleverAgain] = again(world, ana, actor, clever) as [Phone, Phone, Phone]
    await ask(anaAgain, actorAgain, 'second', 'two')
    await ask(anaAgain, cleverAgain, 'loud', 'LOUD')
    const elsewhere = await start({ snapshot })
    const [anaThere, actorThere, cleverThere] = again(elsewhere, ana, actor, clever) as [Phone, Phone, Phone]
    await ask(anaThere, actorThere, 'second', 'two')
    assert.equal(cleverThere.persona.name, 'silent')
  })

  it('changes on demand, for good', async () => {
    const dataDir = newDirectory()
    const before = await start({ dataDir })
    const ana = await before.phone({ name: 'Ana' })
    const bob = await before.phone({ name: 'Bob' })
    before.setPersona(bob, 'echo')
    await ask(ana, bob, 'hello', 'hello')
    await before.stop()
    const world = await start({ dataDir })
    const [anaAgain, bobAgain] = again(world, ana, bob) as [Phone, Phone]
    await ask(anaAgain, bobAgain, 'still there?', 'still there?')
    const renewed = await world.reinstall(bobAgain)
    await ask(anaAgain, renewed, 'and now?', 'and now?')
  })

  it('that is slow still answers, once, when its phone is made anew meanwhile', async () => {
    const clock = new ManualClock()
    const world = await start({ clock })
    const ana = await world.phone({ name: 'Ana' })
    const slow = await world.phone({ persona: 'slow' })
    const sent = await ana.send(slow.jid, { text: 'hurry' })
    await slow.until.message(({ id }) => id === sent.id)
    await world.restore(world.snapshot())
    const [anaAgain, slowAgain] = again(world, ana, slow) as [Phone, Phone]
    assert.equal(slowAgain.messages().length, 1)
    world.advance(60_000)
    await anaAgain.until.message((entry) => !entry.fromMe && entry.text === 'hurry')
    world.advance(60_000)
    assert.equal(anaAgain.messages().filter((entry) => !entry.fromMe && entry.text === 'hurry').length, 1)
    assert.equal(ana.messages().length, 1, 'the phone of the world that was replaced does nothing any more')
  })
})
