import { AppError } from '../errors/app-error.ts'
import { refusedField } from '../errors/refused-field.ts'
import { refuseBrokenText } from './refuse-broken-text.ts'

/** Largest form: it holds a few short texts. */
export const formBytes = 64 * 1024
/** Fields that a form may have, repeated ones counted each time. */
export const maxFields = 100

const ampersand = 0x26
const tooMany = `has more than ${maxFields} fields`

/** Counts the fields of an URL-encoded form as it comes in. */
export class PairCounter {
  #pairs = 1
  refusal: string | undefined

  take(chunk: Uint8Array): void {
    for (const byte of chunk) if (byte === ampersand) this.#pairs++
    if (this.#pairs > maxFields) this.refusal = tooMany
  }
}

const collect = (pairs: Iterable<[string, unknown]>): Record<string, unknown> => {
  const fields: Record<string, unknown> = Object.create(null)
  for (const [name, value] of pairs) {
    if (typeof value !== 'string') throw new AppError('invalid_request', 'This endpoint takes text fields, not files')
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (Array.isArray(before)) before.push(value)
    else fields[name] = [before, value]
  }
  refuseBrokenText(fields)
  return fields
}

export const parseUrlEncoded = (body: Buffer): Record<string, unknown> => collect(new URLSearchParams(body.toString()))

/** @throws AppError invalid_request */
export const parseMultipart = async (body: Buffer, contentType: string): Promise<Record<string, unknown>> => {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
    const fields = [...form.entries()]
    if (fields.length > maxFields) throw refusedField('body', tooMany)
    return collect(fields)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('invalid_request', 'The multipart body cannot be read', { cause: error })
  }
}
