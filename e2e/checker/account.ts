import { call, createDevice, type DeviceApi } from '../steps/api.ts'
import type { LoggedEvent, SaidText } from './evidence.ts'
import { WorldPhone } from './world-api.ts'

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

  /** Makes the person, and links a device at a gateway. */
  static async link(name: string, worldUrl: string, gatewayUrl: string, apiKey: string): Promise<Account> {
    const phone = await WorldPhone.make(worldUrl, name)
    const device = await createDevice(gatewayUrl, apiKey, name)
    await phone.scan(await device.loginQr())
    await device.connected()
    return new Account(name, phone, device)
  }

  /** Whether a gateway says that the device is connected. */
  async isConnected(gatewayUrl: string): Promise<boolean> {
    const answer = await this.#get<{ connected: boolean }>(gatewayUrl, '/devices/me/status').catch(() => undefined)
    return answer?.body.data?.connected === true
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

  #get<Data>(gatewayUrl: string, path: string) {
    return call<Data>(`${gatewayUrl}${path}`, {
      headers: { authorization: `Bearer ${this.device.token}` },
      timeoutMs: 20_000,
    })
  }
}
