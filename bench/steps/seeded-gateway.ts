import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linkedCredentials } from '@switchboard/engine-baileys'
import { Sandbox } from '@switchboard/sandbox'
import { type SeededAccount, seedLinkedAccounts } from '@switchboard/sandbox/load'
import { createApiKey, createDevice, type DeviceApi } from '../../e2e/steps/api.ts'
import { freePort } from '../../e2e/steps/free-port.ts'
import { GatewayProcess } from '../../e2e/steps/gateway-process.ts'
import { openCredentialStore } from '../../packages/server/src/storage/credential-store.ts'
import { claim } from '../../packages/server/src/storage/fence.ts'
import { openDatabase } from '../../packages/server/src/storage/open-database.ts'
import { createKeyring } from '../../packages/server/src/storage/sealing/keyring.ts'

export interface SeededDevice {
  readonly api: DeviceApi
  readonly account: SeededAccount
}

/** A world in this process and the shipped gateway in its own, with devices that are linked already. */
export interface SeededGateway {
  readonly sandbox: Sandbox
  readonly gateway: GatewayProcess
  readonly devices: readonly SeededDevice[]
  /** Resolves when every device is connected; rejects after the bound. */
  allConnected(timeoutMs: number): Promise<void>
  stop(): Promise<void>
}

const masterKey = randomBytes(32)

/** Makes `count` linked devices. The gateway is left stopped, so that a scenario can measure its start. */
export async function seededGateway(count: number, env: Record<string, string> = {}): Promise<SeededGateway> {
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-bench-'))
  const sandbox = await Sandbox.start({ seed: 1, port: await freePort(), control: true })
  const gateway = new GatewayProcess({
    dataDir,
    port: await freePort(),
    sandboxUrl: sandbox.origin,
    run: 'compiled',
    env: {
      SWITCHBOARD_MASTER_KEY: masterKey.toString('base64'),
      SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'true',
      WHATSAPP_AUTO_PRESENCE_ENABLED: 'false',
      WHATSAPP_AUTO_TYPING_ENABLED: 'false',
      ...env,
    },
  })
  const devices = await createDevices(gateway, await seedLinkedAccounts(sandbox, count))
  await writeCredentials(dataDir, devices)
  return {
    sandbox,
    gateway,
    devices,
    allConnected: (timeoutMs) => untilConnected(gateway, count, timeoutMs),
    async stop() {
      await gateway.stop()
      await sandbox.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function createDevices(gateway: GatewayProcess, accounts: readonly SeededAccount[]): Promise<SeededDevice[]> {
  await gateway.start()
  const apiKey = await createApiKey(gateway.url, gateway.adminSecret, { max_devices: Math.max(1, accounts.length) })
  const devices: SeededDevice[] = []
  for (const account of accounts)
    devices.push({ api: await createDevice(gateway.url, apiKey, account.pushName), account })
  await gateway.stop()
  return devices
}

async function writeCredentials(dataDir: string, devices: readonly SeededDevice[]): Promise<void> {
  const database = await openDatabase({ type: 'sqlite', file: join(dataDir, 'switchboard.db') })
  const keyring = createKeyring(database, [masterKey])
  try {
    for (const { api, account } of devices) {
      const ownership = await claim(database, api.deviceId, 'bench')
      if (!ownership) throw new Error(`device ${api.deviceId} is not in the database`)
      const store = await openCredentialStore(database, keyring, api.deviceId, ownership)
      await store.save(linkedCredentials(account))
    }
  } finally {
    await database.close()
  }
}

async function untilConnected(gateway: GatewayProcess, count: number, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const connected = await connectedNow(gateway)
    if (connected >= count) return
    if (Date.now() > deadline)
      throw new Error(`${connected} of ${count} connected after ${timeoutMs} ms: ${gateway.output.slice(-2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function connectedNow(gateway: GatewayProcess): Promise<number> {
  const response = await fetch(`${gateway.url}/admin/health`, { headers: { 'x-admin-secret': gateway.adminSecret } })
  const { data } = (await response.json()) as { data: { whatsapp_clients: number } }
  return data.whatsapp_clients
}
