import type { Call } from './call.ts'
import { EventFeed, type EventType, type FeedOptions } from './event-feed.ts'
import { operationsOf } from './generated/operations.ts'
import { type Credential, Transport } from './transport.ts'

/** Where the server is, and who calls. Without a credential only what needs none can be called. */
export type SwitchboardOptions = {
  /** Address of the server, such as `https://switchboard.example.com`; empty in a page of the server itself. */
  readonly baseUrl: string
  /** Acts as this device: for an API key, or the operator. */
  readonly deviceId?: string | undefined
  /** Acts as the customer with this API key: for the operator. */
  readonly apiKeyId?: string | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** How often a request is repeated when there was no answer, or 429 or 503, and repeating it does nothing twice; 3 when absent. */
  readonly retries?: number | undefined
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
} & Credential

type Operations = ReturnType<typeof operationsOf>

/** Called, it follows the log of events live, as long as the loop runs: `for await (const event of sb.events({ after }))`. */
type Events = Operations['events'] &
  (<Type extends EventType = EventType>(options?: FeedOptions<Type>) => EventFeed<Type>)

const eventsOf = (call: Call, operations: Operations['events']): Events =>
  Object.assign(<Type extends EventType>(options?: FeedOptions<Type>) => new EventFeed<Type>(call, options), operations)

/** The gateway, as one caller sees it. Every method gives what the answer holds, or throws a `SwitchboardError`. */
export interface Switchboard extends Omit<Operations, 'events'> {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor puts every group of operations there
export class Switchboard {
  readonly events: Events
  readonly #options: SwitchboardOptions

  constructor(options: SwitchboardOptions) {
    const { baseUrl, deviceId, apiKeyId, headers, retries, fetch, ...credential } = options
    const { call } = new Transport({ baseUrl, deviceId, apiKeyId, headers, retries, fetch, credential })
    const { events, ...operations } = operationsOf(call)
    Object.assign(this, operations)
    this.events = eventsOf(call, events)
    this.#options = options
  }

  /** The same caller, acting as one device. */
  forDevice(deviceId: string): Switchboard {
    return new Switchboard({ ...this.#options, deviceId })
  }
}
