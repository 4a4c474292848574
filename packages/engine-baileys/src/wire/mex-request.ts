import { EngineError } from '@switchboard/engine'
import { childBytes, serverJid } from './nodes.ts'
import type { Wire } from './wire.ts'

interface MexAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly message?: string; readonly extensions?: { readonly error_code?: number } }[]
}

/** A GraphQL request by its number (seen in: baileys mex.js, whatsmeow newsletter.go `sendMexIQ`). Resolves with the part of the answer that is named.
 *  @throws EngineError `refused` with WhatsApp's code, `timeout`, `closed` */
export async function mexRequest(
  wire: Wire,
  { id, answer }: { readonly id: string; readonly answer: string },
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const node = await wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'get', xmlns: 'w:mex' },
    content: [{ tag: 'query', attrs: { query_id: id }, content: Buffer.from(JSON.stringify({ variables })) }],
  })
  const { data, errors = [] } = parse(childBytes(node, 'result'))
  const [error] = errors
  const remoteCode = error?.extensions?.error_code
  if (error) {
    throw new EngineError('refused', `WhatsApp refused: ${String(error.message ?? 'no reason').slice(0, 200)}`, {
      ...(typeof remoteCode === 'number' ? { remoteCode } : {}),
    })
  }
  const found = data?.[answer]
  if (found === undefined || found === null) throw new EngineError('refused', 'WhatsApp gave an answer without content')
  return found
}

function parse(bytes: Uint8Array | undefined): MexAnswer {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString()) as MexAnswer
  } catch (error) {
    throw new EngineError('refused', 'WhatsApp gave an answer that cannot be read', { cause: error })
  }
}
