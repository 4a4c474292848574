import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as FormerClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as FormerTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

export interface ToolAnswer {
  readonly isError?: boolean
  readonly structuredContent?: Readonly<Record<string, unknown>>
  readonly content: readonly {
    readonly type: string
    readonly text?: string
    readonly data?: string
    readonly mimeType?: string
  }[]
}

/** An agent, whatever client it has. */
export interface Agent {
  readonly client: Client | FormerClient
  call(name: string, given?: Record<string, unknown>): Promise<ToolAnswer>
  /** What a tool says, which must have succeeded. */
  says<Data = Record<string, unknown>>(name: string, given?: Record<string, unknown>): Promise<Data>
  /** The code of the error that the tool answers. */
  refused(name: string, given?: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}

interface Connection {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

const identity = { name: 'test-agent', version: '1.0.0' }

const agentOf = (client: Client | FormerClient): Agent => {
  const call = async (name: string, given: Record<string, unknown> = {}) =>
    (await (client as Client).callTool({ name, arguments: given })) as unknown as ToolAnswer
  const textOf = ({ content }: ToolAnswer) => content[0]?.text ?? ''
  return {
    client,
    call,
    async says<Data>(name: string, given?: Record<string, unknown>) {
      const answer = await call(name, given)
      if (answer.isError) throw new Error(`${name} answered ${textOf(answer)}`)
      return answer.structuredContent as Data
    },
    async refused(name, given) {
      const answer = await call(name, given)
      if (!answer.isError) throw new Error(`${name} answered ${textOf(answer)}`)
      return (JSON.parse(textOf(answer)) as { error_code: string }).error_code
    },
    close: () => client.close(),
  }
}

type Prepare = (client: Client) => void

/** The official client, speaking 2026-07-28. @param prepare sets up what the client can do before it connects */
export async function modernAgent({ url, headers }: Connection, prepare?: Prepare): Promise<Agent> {
  const client = new Client(identity, {
    capabilities: prepare ? { elicitation: {} } : {},
    versionNegotiation: { mode: { pin: '2026-07-28' } },
  })
  prepare?.(client)
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }))
  return agentOf(client)
}

/** The official client of before. */
export async function formerAgent({ url, headers }: Connection): Promise<Agent> {
  const client = new FormerClient(identity, { capabilities: {} })
  const transport = new FormerTransport(new URL(`${url}/mcp`), { requestInit: { headers } })
  // Its types were not made for exact optional properties.
  await client.connect(transport as never)
  return agentOf(client)
}
