import { type Phone, Sandbox } from '@switchboard/sandbox'
import { createApiKey, createDevice, type DeviceApi } from './api.ts'
import { freePort } from './free-port.ts'
import { GatewayProcess } from './gateway-process.ts'
import { sqliteStore } from './stores.ts'

/** A world, the shipped gateway in a process of its own with one device, and a phone that it may be linked to. */
export interface Scene {
  readonly sandbox: Sandbox
  readonly gateway: GatewayProcess
  readonly device: DeviceApi
  readonly phone: Phone
  /** Where the gateway keeps everything. */
  readonly dataDir: string
}

interface Options {
  /** Of the world. */
  readonly seed: number
  readonly env?: Readonly<Record<string, string>>
}

/** Starts all of it on the embedded defaults, tells the story, and ends what was started however it went. */
export async function withDevice({ seed, env = {} }: Options, tell: (scene: Scene) => Promise<void>): Promise<void> {
  const { dataDir, remove } = await sqliteStore()
  const sandbox = await Sandbox.start({ seed, port: await freePort(), control: true })
  const gateway = new GatewayProcess({ dataDir, env, port: await freePort(), sandboxUrl: sandbox.origin })
  try {
    await gateway.start()
    const device = await createDevice(gateway.url, await createApiKey(gateway.url, gateway.adminSecret), 'device')
    await tell({ sandbox, gateway, device, dataDir, phone: await sandbox.phone({ name: 'Ana' }) })
  } finally {
    await gateway.kill9()
    await sandbox.stop()
    await remove()
  }
}

/** The same with the device linked and connected. */
export const withLinkedDevice = (options: Options, tell: (scene: Scene) => Promise<void>): Promise<void> =>
  withDevice(options, async (scene) => {
    await scene.phone.scan(await scene.device.loginQr())
    await scene.device.connected()
    await tell(scene)
  })
