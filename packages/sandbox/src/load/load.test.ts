import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { AuthenticationState } from 'baileys-stock'
import { StockClient, textOf } from '../driver/testing/stock-client.ts'
import { Sandbox } from '../start-sandbox.ts'
import { type SeededAccount, seedLinkedAccounts, startTraffic } from './index.ts'

// The library announces closed sessions on the console.
console.info = () => {}

const sandbox = await Sandbox.start({ seed: 11 })
const clients: StockClient[] = []

const pair = (keys: { publicKey: Uint8Array; privateKey: Uint8Array }) => ({
  public: Buffer.from(keys.publicKey),
  private: Buffer.from(keys.privateKey),
})

/** The foreign client's own form of the credentials. */
async function become(client: StockClient, seeded: SeededAccount): Promise<void> {
  const { signedPreKey, account } = seeded
  const creds: Partial<AuthenticationState['creds']> = {
    noiseKey: pair(seeded.noiseKey),
    signedIdentityKey: pair(seeded.identityKey),
    signedPreKey: { keyPair: pair(signedPreKey.keyPair), signature: signedPreKey.signature, keyId: signedPreKey.keyId },
    registrationId: seeded.registrationId,
    advSecretKey: Buffer.from(seeded.advSecret).toString('base64'),
    account,
    me: { id: seeded.jid, lid: seeded.lid, name: seeded.pushName },
    nextPreKeyId: seeded.preKeys.length + 1,
    firstUnuploadedPreKeyId: seeded.preKeys.length + 1,
    accountSyncCounter: 1,
    registered: true,
    myAppStateKeyId: Buffer.from(seeded.appStateKey.id).toString('base64'),
  }
  Object.assign(client.state.creds, creds)
  const preKeys = seeded.preKeys.map(({ keyId, keyPair }) => [keyId, pair(keyPair)])
  await client.state.keys.set({ 'pre-key': Object.fromEntries(preKeys) })
}

describe('seeded accounts', () => {
  after(async () => {
    for (const client of clients) await client.close()
    await sandbox.stop()
  })

  it('let a foreign client log in at once, and talk', async () => {
    const [seeded] = await seedLinkedAccounts(sandbox, 1)
    assert.ok(seeded)
    const client = new StockClient(sandbox)
    clients.push(client)
    await become(client, seeded)
    await client.connect()
    const bob = await sandbox.phone({ name: 'Bob' })
    await client.sendText(bob.jid, 'from a seeded account')
    const got = await bob.until.message((message) => message.text === 'from a seeded account')
    await bob.send(got.chat, { text: 'and back' })
    await client.untilText('and back')
    assert.deepEqual([...bob.violations, ...seeded.phone.violations, ...sandbox.unhandled], [])
  })

  it('get traffic at a rate, as much as was asked for and no more', async () => {
    const seeded = await seedLinkedAccounts(sandbox, 3)
    const client = new StockClient(sandbox)
    clients.push(client)
    await become(client, seeded[0]!)
    await client.connect()
    const from = [await sandbox.phone({ name: 'Load 1' }), await sandbox.phone({ name: 'Load 2' })]
    const traffic = startTraffic(sandbox, { from, to: [seeded[0]!.phone.jid], perSecond: 200, total: 30 })
    const report = await traffic.done
    assert.deepEqual([report.sent, report.refused], [30, 0])
    await client.until(
      'messages.upsert',
      () => client.messages.filter((one) => textOf(one)?.startsWith('load ')).length === 30,
    )
    const idle = startTraffic(sandbox, { from: [], to: [], perSecond: 1, total: 1 })
    assert.equal((await idle.done).sent, 0)
  })
})
