import type { WireNode } from '../../wire/node.ts'
import { child, contentText, textAttr } from '../../wire/node-access.ts'
import { deviceName } from '../../world/address.ts'
import { MexError } from '../mex/mex-error.ts'
import { record } from '../mex/mex-operation.ts'
import { findMexOperation } from '../mex/registry.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** GraphQL by query id: `<query query_id>{"variables": …}`. Seen in two clients (whatsmeow newsletter.go sendMexIQ, baileys mex.js). Answers are
 *  bytes: whatsmeow takes nothing else. */
export const mex: IqNamespace = { xmlns: 'w:mex', handlers: { 'get query': query } }

function query(request: IqRequest): readonly WireNode[] {
  const { world, from, node } = request
  const id = textAttr(child(node, 'query'), 'query_id') ?? ''
  const operation = findMexOperation(id)
  if (!operation) {
    world.unhandled.record(`w:mex/${id}`, deviceName(from))
    throw new StanzaError(501, 'feature-not-implemented')
  }
  const variables = readVariables(contentText(child(node, 'query')))
  try {
    return result({ data: operation({ world, from, variables }) })
  } catch (error) {
    if (!(error instanceof MexError)) throw error
    const { code, message } = error
    world.log.append('mex.refused', { device: deviceName(from), id, code, message })
    const extensions = { error_code: code, is_retryable: false, severity: 'CRITICAL' }
    return result({ data: null, errors: [{ message, path: [], extensions }] })
  }
}

function readVariables(body: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return record(record(JSON.parse(body ?? ''))['variables'])
  } catch {
    throw new StanzaError(400, 'bad-request')
  }
}

function result(body: object): readonly WireNode[] {
  return [{ tag: 'result', attrs: {}, content: new Uint8Array(Buffer.from(JSON.stringify(body))) }]
}
