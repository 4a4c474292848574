import { setTimeout as sleep } from 'node:timers/promises'
import { call, createDevice, type DeviceApi } from '../steps/api.ts'
import type { LoggedEvent, SaidText } from './evidence.ts'
import { WorldPhone } from './world-api.ts'

const linkMs = 60_000
const statusMs = 1_500

/** An account under test: its phone in the world, its device at the gateways, and what is known to have been said. */
export class Account {
  readonly name: string
  readonly phone: WorldPhone
  readonly device: DeviceApi
  /** By others to it, and by its device to others. */
  readonly said: SaidText[] = []
  readonly accepted: SaidText[] = []
  readonly log: LoggedEvent[] = []

  private constructor(name: string, phone: WorldPhone, device: DeviceApi) {
    this.name = name
    this.phone = phone
    this.device = device
  }

  /** Makes the person, and links a device. A gateway that says "later" is asked again, or another one is. */
  static async link(name: string, worldUrl: string, gatewayUrls: readonly string[], apiKey: string): Promise<Account> {
    const phone = await WorldPhone.make(worldUrl, name)
    const account = new Account(name, phone, await createDevice(gatewayUrls[0]!, apiKey, name))
    const until = Date.now() + linkMs
    await phone.scan(await account.#loginQr(gatewayUrls, until))
    while (Date.now() < until) {
      if (await account.isConnected(gatewayUrls)) return account
      await sleep(100)
    }
    throw new Error(`${name} did not connect`)
  }

  async #loginQr(gatewayUrls: readonly string[], until: number): Promise<string> {
    for (let attempt = 0; ; attempt++, await sleep(200)) {
      const device = this.device.at(gatewayUrls[attempt % gatewayUrls.length]!)
      const { status, body } = await device.call<{ qr_text: string }>('POST', '/devices/me/login?output=json')
      if (status === 200) return body.data.qr_text
      if (status !== 503 || Date.now() > until) throw new Error(`login answered ${status}: ${body.message}`)
    }
  }

  /** Whether any gateway says that the device is connected. */
  async isConnected(gatewayUrls: readonly string[]): Promise<boolean> {
    const asked = gatewayUrls.map(async (url) => {
      const { body } = await this.#get<{ connected: boolean }>(url, '/devices/me/status', statusMs)
      if (!body.data?.connected) throw new Error('not connected')
      return true
    })
    // The first that knows is enough: others may wait for a node that is dead.
    return Promise.any(asked).catch(() => false)
  }

  /** Reads on in the log of the device. */
  async readLog(gatewayUrl: string): Promise<void> {
    for (;;) {
      const after = this.log.at(-1)?.seq ?? 0
      const { status, body } = await this.#get<{
        events: { id: string; seq: number; event_type: string; data: Record<string, unknown> }[]
      }>(gatewayUrl, `/events?after=${after}&limit=500`)
      if (status !== 200) throw new Error(`events answered ${status}: ${body.message}`)
      if (body.data.events.length === 0) return
      for (const { id, seq, event_type: type, data } of body.data.events) this.log.push({ id, seq, type, data })
    }
  }

  #get<Data>(gatewayUrl: string, path: string, timeoutMs = 20_000) {
    return call<Data>(`${gatewayUrl}${path}`, {
      headers: { authorization: `Bearer ${this.device.token}` },
      timeoutMs,
    })
  }
}
