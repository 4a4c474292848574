import { EngineError } from '@switchboard/engine'
import { childBytes, serverJid } from './nodes.ts'
import type { Wire } from './wire.ts'

interface MexAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly message?: string; readonly extensions?: { readonly error_code?: number } }[]
}

type Variables = Readonly<Record<string, unknown>>

/** A GraphQL request by its number (seen in: baileys mex.js, whatsmeow newsletter.go `sendMexIQ`). Resolves with the part of the answer that is named.
 *  @throws EngineError `refused` with WhatsApp's code, `timeout`, `closed` */
export async function mexRequest(
  wire: Wire,
  { id, answer }: { readonly id: string; readonly answer: string },
  variables: Variables,
): Promise<unknown> {
  const found = (await ask(wire, id, variables))?.[answer]
  if (found === undefined || found === null) throw new EngineError('refused', 'WhatsApp gave an answer without content')
  return found
}

/** The same for what is only to be done: nothing of the answer is looked at but a refusal. @throws EngineError as {@link mexRequest} */
export async function mexChange(wire: Wire, id: string, variables: Variables): Promise<void> {
  await ask(wire, id, variables)
}

async function ask(wire: Wire, id: string, variables: Variables): Promise<MexAnswer['data']> {
  const node = await wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'get', xmlns: 'w:mex' },
    content: [{ tag: 'query', attrs: { query_id: id }, content: Buffer.from(JSON.stringify({ variables })) }],
  })
  const { data, errors = [] } = parse(childBytes(node, 'result'))
  const [error] = errors
  if (!error) return data
  const remoteCode = error.extensions?.error_code
  throw new EngineError('refused', `WhatsApp refused: ${String(error.message ?? 'no reason').slice(0, 200)}`, {
    ...(typeof remoteCode === 'number' ? { remoteCode } : {}),
  })
}

function parse(bytes: Uint8Array | undefined): MexAnswer {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString()) as MexAnswer
  } catch (error) {
    throw new EngineError('refused', 'WhatsApp gave an answer that cannot be read', { cause: error })
  }
}
