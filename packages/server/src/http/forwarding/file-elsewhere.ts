import { AppError } from '../../errors/app-error.ts'
import { type ErrorCode, errorCatalogue } from '../../errors/catalogue.ts'
import type { Services } from '../../gateway/services.ts'
import type { Operation } from '../../kit/define-operation.ts'
import type { ServedFile } from '../../media/served-file.ts'
import type { Failure } from '../envelope.ts'
import type { FileFacts, Question } from './carried.ts'
import { Placement, unreachable } from './placement.ts'
import { sendCarried } from './send-carried.ts'

interface Elsewhere {
  readonly facts: FileFacts
  readonly operation: Pick<Operation, 'method' | 'path'>
  readonly question: Question
  readonly services: Services
  readonly signalOf: () => AbortSignal
}

/** The address of an operation for what is asked of it. */
const addressOf = ({ path }: Elsewhere['operation'], { params, query }: Question['said'], basePath: string): string => {
  const values = params as Readonly<Record<string, string>>
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
  const asked = new URLSearchParams(query as Record<string, string>).toString()
  return `${basePath}${place}${asked && `?${asked}`}`
}

const refusalOf = async (body: { json(): Promise<unknown> }): Promise<AppError> => {
  const { error_code = '', message, details } = ((await body.json().catch(() => ({}))) as Partial<Failure>) ?? {}
  if (!Object.hasOwn(errorCatalogue, error_code)) return unreachable()
  return new AppError(error_code as ErrorCode, message, details && { details })
}

/** A file that another node has: its bytes are fetched from there when they are wanted. */
export const fileElsewhere = ({ facts, operation, question, services, signalOf }: Elsewhere): ServedFile => ({
  ...facts,
  seekable: false,
  async open() {
    const owner = await new Placement(services.cluster).elsewhere(question.deviceId)
    // It has moved to this node since it was asked for.
    if (!owner) throw unreachable()
    const { deviceId, principal, requestId, from, said } = question
    const url = addressOf(operation, said, services.config.http.basePath)
    const sent = { method: operation.method, url, headers: {}, signal: signalOf() }
    const { statusCode, body } = await sendCarried(sent, { deviceId, principal, requestId, from }, owner, services)
    if (statusCode !== 200) throw await refusalOf(body)
    return body
  },
})
