import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sandbox } from '@switchboard/sandbox'
import { createApiKey } from './api.ts'
import { freePort } from './free-port.ts'
import { GatewayProcess } from './gateway-process.ts'
import type { Store, Unavailable } from './stores.ts'
import { linkTalker, repeatUnanswered, seededRandom, settled, type Talker, talk, verifyTalker } from './talkers.ts'
import { WebhookReceiver } from './webhook-receiver.ts'

const seed = Number(process.env['KILL_SEED'] ?? 20261122)
const talkMsBetweenKills = 1_500

export interface KillStory {
  /** Of the store. */
  readonly name: string
  readonly openStore: () => Promise<Store | Unavailable>
  readonly kills: number
  readonly accounts: number
  readonly friends: number
}

/** The gateway is killed at random moments while phones talk in both directions: a test of its own file, so that stores are tried side by side. */
export function describeKills(story: KillStory): void {
  const phones = story.accounts * (story.friends + 1)
  const title = `a gateway on ${story.name} killed ${story.kills} times while ${phones} phones talk (seed ${seed})`
  const options = { timeout: 300_000 }
  describe(title, options, () => {
    it('loses nothing, doubles nothing and keeps webhooks in order', options, (test) => tell(story, test))
  })
}

async function tell({ openStore, kills, accounts, friends }: KillStory, test: TestContext): Promise<void> {
  const random = seededRandom(seed)
  const store = await openStore()
  if ('cannotStart' in store) return test.skip(store.cannotStart)
  const { dataDir, env, remove } = store
  const sandbox = await Sandbox.start({ seed, port: await freePort(), control: true })
  const gateway = new GatewayProcess({ dataDir, env, port: await freePort(), sandboxUrl: sandbox.origin })
  const talkers: Talker[] = []
  const receivers = await Promise.all(Array.from({ length: accounts }, () => WebhookReceiver.start()))
  try {
    await gateway.start()
    const apiKey = await createApiKey(gateway.url, gateway.adminSecret)
    for (const [n, hooks] of receivers.entries()) {
      talkers.push(await linkTalker(sandbox, gateway, apiKey, hooks, { n, friends }))
    }
    for (let round = 0; round < kills; round++) {
      const stopTalking = talk(talkers, random, round)
      await sleep(talkMsBetweenKills * (0.4 + random() * 1.2))
      await gateway.kill9()
      await stopTalking()
      await gateway.start()
    }
    await Promise.all(talkers.map((talker) => talker.device.connected()))
    console.log(`${await repeatUnanswered(talkers)} sends were cut off by a kill and repeated under their key`)
    assert.ok(
      talkers.some(({ changed }) => changed.size > 0),
      'changes were tried',
    )
    for (const talker of talkers) await settled(talker)
    for (const talker of talkers) await verifyTalker(talker, { allArrive: false })
    const unreadable = sandbox.world.log.since(0).filter((event) => event.type === 'phone.undecryptable')
    assert.deepEqual(unreadable, [], 'phones could decrypt everything')
    assert.deepEqual(sandbox.unhandled, [])
  } finally {
    await gateway.kill9()
    await Promise.all(receivers.map((receiver) => receiver.stop()))
    await sandbox.stop()
    await remove()
  }
}
