import assert from 'node:assert/strict'
import libraryLog from 'baileys-stock/lib/Utils/logger.js'
import { StockClient } from '../../driver/testing/stock-client.ts'
import type { Phone } from '../../phone/phone.ts'
import { Sandbox, type SandboxOptions } from '../../start-sandbox.ts'
import { deviceName } from '../../world/address.ts'

// The library announces closed sessions on the console, and what it does in communities to a log of its own.
console.info = () => {}
libraryLog.level = 'silent'

/** A person with a phone and an unmodified foreign client that is linked and has its history. */
export interface Linked {
  readonly phone: Phone
  readonly client: StockClient
  /** Phone-number JID of the client. */
  readonly jid: string
  /** User part of the person's LID. */
  readonly lidUser: string
}

export interface ConformanceWorld {
  sandbox(): Promise<Sandbox>
  phone(name: string): Promise<Phone>
  linked(name: string): Promise<Linked>
  /** Ana with a client, and Ben with his phone alone. */
  two(): Promise<[Linked, Phone]>
  /** Ana and Ben with a client each, and Caro with her phone alone. */
  three(): Promise<[Linked, Linked, Phone]>
  /** Links one more client to a phone. */
  link(phone: Phone): Promise<StockClient>
  /** Nobody broke a rule, and every request had an answer. */
  assertClean(): Promise<void>
  end(): Promise<void>
}

/** A world for one file of stories; it starts with the first person. */
export function conformanceWorld(seed: number, options: SandboxOptions = {}): ConformanceWorld {
  const started = Sandbox.start({ seed, ...options })
  const clients: StockClient[] = []
  const phones: Phone[] = []
  const phone = async (name: string): Promise<Phone> => {
    const made = await (await started).phone({ name })
    phones.push(made)
    return made
  }
  const link = async (owner: Phone): Promise<StockClient> => {
    const client = new StockClient(await started)
    clients.push(client)
    await client.link(owner)
    // From here on it has its history, and holds no events back for it when it reconnects.
    await client.until('creds.update', (update) => (update.accountSyncCounter ?? 0) > 0)
    return client
  }
  const linked = async (name: string): Promise<Linked> => {
    const owner = await phone(name)
    const client = await link(owner)
    return { phone: owner, client, jid: deviceName(owner.devices()[0]!), lidUser: owner.account.lid }
  }
  return {
    sandbox: () => started,
    phone,
    linked,
    two: async () => [await linked('Ana'), await phone('Ben')],
    three: async () => [await linked('Ana'), await linked('Ben'), await phone('Caro')],
    link,
    async assertClean() {
      const sandbox = await started
      assert.deepEqual(
        phones.flatMap(({ violations }) => violations),
        [],
      )
      assert.deepEqual(sandbox.unhandled, [])
      const faults = new Set(['server.error', 'sandbox.error', 'wire.error'])
      assert.deepEqual(
        sandbox.world.log.since().filter(({ type }) => faults.has(type)),
        [],
      )
    },
    async end() {
      for (const client of clients) await client.close()
      await (await started).stop()
    },
  }
}
