import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'
import type { Conversation } from './chatwoot-data.ts'
import { ChatwootDouble } from './chatwoot-double.ts'

export interface BridgeState {
  readonly state: string
  readonly paused_reason: string | null
  readonly inbox_id: number
  readonly cursor: { readonly seq: number; readonly last_seq: number; readonly lag: number }
  readonly waiting_messages: number
  readonly counts: { readonly to_chatwoot: number; readonly to_whatsapp: number; readonly failed: number }
  readonly last_error: { readonly message: string } | null
}

/** A gateway with a linked device, a friend of it, and a Chatwoot. */
export class BridgeWorld {
  readonly gateway: TestGateway
  readonly chatwoot: ChatwootDouble
  readonly device: TestDevice & { readonly phone: Phone }
  readonly friend: Phone

  private constructor(
    gateway: TestGateway,
    chatwoot: ChatwootDouble,
    people: { device: TestDevice & { readonly phone: Phone }; friend: Phone },
  ) {
    this.gateway = gateway
    this.chatwoot = chatwoot
    this.device = people.device
    this.friend = people.friend
  }

  static async start(): Promise<BridgeWorld> {
    const gateway = await startTestGateway({ sandbox: true })
    const chatwoot = await ChatwootDouble.start()
    const device = await gateway.linkDevice()
    return new BridgeWorld(gateway, chatwoot, { device, friend: await gateway.phone('Bob') })
  }

  async stop(): Promise<void> {
    await this.gateway.stop()
    await this.chatwoot.stop()
  }

  /** Ends the gateway and starts it at the same address. */
  async restart(): Promise<void> {
    await this.gateway.restart({ SERVER_PORT: new URL(this.device.api.url).port })
    await this.gateway.connected(this.device)
  }

  /** What a set-up takes. */
  access(change: Record<string, unknown> = {}): Record<string, unknown> {
    return { url: this.chatwoot.url, account_id: 1, api_access_token: 'agent-token', ...change }
  }

  setUp(change: Record<string, unknown> = {}, device: TestDevice = this.device): Promise<BridgeState> {
    return device.api.post('/integrations/chatwoot', this.access(change))
  }

  state(device: TestDevice = this.device): Promise<BridgeState> {
    return device.api.get('/integrations/chatwoot')
  }

  /** Resolves when everything that happened so far is carried over, and Chatwoot has called about it. */
  async settled(device: TestDevice = this.device): Promise<void> {
    await until('everything is carried over', async () => {
      const { cursor, waiting_messages: waiting, state } = await this.state(device)
      return state === 'active' && cursor.lag === 0 && waiting === 0
    })
    await this.chatwoot.settled()
  }

  /** The conversation with a person or group, by the name of its contact. */
  conversation(name: string): Conversation {
    const found = this.chatwoot.world.conversations.filter((each) => each.contactInbox.contact.name === name)
    const [last] = found.slice(-1)
    if (!last) throw new Error(`there is no conversation with ${name}`)
    return last
  }
}
