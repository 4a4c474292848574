import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { ControlError } from './control-error.ts'

const usualBytes = 1024 * 1024

/** The request's JSON body; an empty object when there is none. */
export async function readJson(raw: IncomingMessage, maxBodyBytes = usualBytes): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new ControlError(413, 'too_large', `a body may have ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new ControlError(400, 'invalid_json', 'the body is not JSON')
  }
}

export async function readBytes(raw: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new ControlError(413, 'too_large', `a body may have ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body in that shape. @throws ControlError 400 that says what is wrong with which field */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  // "received undefined" means nothing to somebody who has written JSON.
  const error: z.core.$ZodErrorMap = ({ code, input }) =>
    input === undefined && code === 'invalid_type' ? 'is missing' : undefined
  const parsed = schema.safeParse(body, { error })
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
  throw new ControlError(400, 'invalid_request', issues.join('; '))
}
