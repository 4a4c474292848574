import { operationsOf } from './generated/operations.ts'
import { type Credential, Transport } from './transport.ts'

/** Where the server is, and who calls. Without a credential only what needs none can be called. */
export type SwitchboardOptions = {
  /** Address of the server, such as `https://switchboard.example.com`; empty in a page of the server itself. */
  readonly baseUrl: string
  /** Acts as this device: for an API key, or the operator. */
  readonly deviceId?: string
  /** Acts as the customer with this API key: for the operator. */
  readonly apiKeyId?: string
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch
} & Credential

type Operations = ReturnType<typeof operationsOf>

/** The gateway, as one caller sees it. Every method gives what the answer holds, or throws a `SwitchboardError`. */
export interface Switchboard extends Operations {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor puts every group of operations there
export class Switchboard {
  constructor({ baseUrl, deviceId, apiKeyId, headers, fetch, ...credential }: SwitchboardOptions) {
    const transport = new Transport({ baseUrl, deviceId, apiKeyId, headers, fetch, credential })
    Object.assign(this, operationsOf(transport.call))
  }
}
