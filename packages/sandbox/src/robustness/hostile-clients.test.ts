import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { StockClient } from '../driver/testing/stock-client.ts'
import { type SeededAccount, seedLinkedAccounts } from '../load/index.ts'
import { Sandbox } from '../start-sandbox.ts'
import { SeededRandom } from '../world/seeded-random.ts'
import { attacksOn } from './testing/attacks.ts'

// The library announces closed sessions on the console.
console.info = () => {}

/** How long all attacks together go on. A minute, or more, on demand. */
const totalMs = Number(process.env['SANDBOX_HOSTILE_MS'] ?? 8000)
const seed = Number(process.env['SANDBOX_HOSTILE_SEED'] ?? 20_261_122)
const random = new SeededRandom(seed)

const sandbox = await Sandbox.start({ seed: 12, control: true })
const attacks = attacksOn(sandbox, random)
const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)] as T

describe('a sandbox among hostile clients', () => {
  let victims: SeededAccount[]
  let people: string[]
  const client = new StockClient(sandbox)

  before(async () => {
    victims = await seedLinkedAccounts(sandbox, 4)
    people = victims.flatMap(({ jid, lid, phone }) => [jid, lid, phone.jid])
  })

  after(async () => {
    await client.close()
    await sandbox.stop()
  })

  it(`continues while neighbours talk (seed ${seed})`, async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const bob = await sandbox.phone({ name: 'Bob' })
    await client.link(ana)
    const deadline = performance.now() + totalMs
    const all = Object.keys(attacks)
    // Each once, however slow the machine is; then any, until time is up.
    const untried = [...all]
    const attack = async (): Promise<void> => {
      while (untried.length > 0 || performance.now() < deadline) {
        const name = untried.pop() ?? pick(all)
        // An attacker whose device is taken over by another, or that is cut off early, has failed: that is fine.
        await attacks[name]!(pick(victims), people).catch((error: unknown) => {
          if (String(error).includes('AbortError')) throw new Error(`not cut off: ${name}`)
        })
      }
    }
    let sent = 0
    const talk = async (): Promise<void> => {
      while (performance.now() < deadline) {
        const text = `message ${++sent}`
        const id = await client.sendText(bob.jid, text)
        await bob.until.message((message) => message.id === id && message.text === text)
        await bob.send(ana.jid, { text: `answer ${sent}` })
        await client.untilText(`answer ${sent}`)
      }
    }
    await Promise.all([talk(), attack(), attack(), attack()])
    assert.equal(bob.messages(ana.jid).length, 2 * sent)
    assert.deepEqual([bob.violations, bob.duplicates], [[], 0])
    const failures = sandbox.world.log.since().filter(({ type }) => type === 'server.error' || type === 'sandbox.error')
    assert.deepEqual(failures.slice(0, 3), [])
    assert.equal((await fetch(`${sandbox.origin}/phones`)).status, 200)
  })
})
