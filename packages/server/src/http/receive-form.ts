import type { IncomingHttpHeaders } from 'node:http'
import { finished, type Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { AppError } from '../errors/app-error.ts'
import { refusedField } from '../errors/refused-field.ts'
import type { SpooledFile } from '../media/spool.ts'
import { formBytes, maxFields } from './parse-form.ts'
import { refuseBrokenText } from './refuse-broken-text.ts'

/** A file as a form brought it. */
export interface FormFile {
  readonly file: SpooledFile
  readonly fileName?: string
  readonly declaredType?: string
}

export interface ReceivedForm {
  readonly fields: Readonly<Record<string, unknown>>
  readonly file: FormFile | undefined
}

interface FormRules {
  /** Name of the one part that is a file. */
  readonly field: string
  readonly take: (file: AsyncIterable<Uint8Array>) => Promise<SpooledFile>
}

const cannotBeRead = (cause?: unknown) =>
  new AppError('invalid_request', 'The multipart body cannot be read', { cause })

const openForm = (headers: IncomingHttpHeaders): BusboyInstance => {
  try {
    const limits = { fields: maxFields, files: 1, parts: maxFields + 1, fieldSize: formBytes, headerPairs: 20 }
    return new Busboy({ headers: headers as never, limits })
  } catch (error) {
    throw cannotBeRead(error)
  }
}

/** Collects the text fields of a form; a repeated one becomes a list. */
class Fields {
  readonly values: Record<string, unknown> = Object.create(null)

  add(name: string, value: string): void {
    const before = this.values[name]
    if (before === undefined) this.values[name] = value
    else if (Array.isArray(before)) before.push(value)
    else this.values[name] = [before, value]
  }
}

/** Reads a multipart body as it comes in: its file goes to `take` and never into memory. Whatever goes wrong, no file is left.
 *  @throws AppError invalid_request, or what `take` throws */
export const receiveForm = async (
  payload: Readable,
  headers: IncomingHttpHeaders,
  { field, take }: FormRules,
): Promise<ReceivedForm> => {
  const form = openForm(headers)
  const fields = new Fields()
  const failed = Promise.withResolvers<never>()
  const fail = (error: unknown) => failed.reject(error)
  const refuse = (path: string, message: string) => fail(refusedField(path, message))
  let taken: Promise<FormFile> | undefined
  let stream: Readable | undefined

  form.on('file', (name, part, fileName, _encoding, declaredType) => {
    // The reader gets the error too. The parser may report an early end when nobody reads any more.
    part.on('error', () => {})
    if (name !== field || taken) {
      // It needs a reader all the same.
      part.resume()
      refuse(`body.${name}`, `is not a file here; the file is the part named ${field}, once`)
      return
    }
    stream = part
    // Browsers write a quotation mark as %22, and nothing else in that way (WHATWG HTML, multipart/form-data encoding algorithm).
    const called = fileName?.replaceAll('%22', '"')
    taken = take(part).then((file) => ({
      file,
      ...(called !== undefined && { fileName: called }),
      ...(declaredType !== undefined && { declaredType }),
    }))
    taken.catch(fail)
  })
  form.on('field', (name, value, _nameTruncated, truncated) => {
    if (truncated) refuse(`body.${name}`, `is longer than ${formBytes} bytes`)
    else fields.add(name, value as string)
  })
  for (const event of ['fieldsLimit', 'partsLimit', 'filesLimit'] as const) {
    form.on(event, () => refuse('body', `has more than ${maxFields} fields or more than one file`))
  }
  const ended = Promise.withResolvers<void>()
  form.once('finish', () => ended.resolve())
  form.on('error', (error) => fail(cannotBeRead(error)))
  // The client left in the middle of its body.
  const stopWatching = finished(payload, { writable: false }, (error) => error && fail(cannotBeRead(error)))
  payload.pipe(form)
  try {
    await Promise.race([ended.promise, failed.promise])
    refuseBrokenText(fields.values)
    return { fields: fields.values, file: await taken }
  } catch (error) {
    stream?.destroy()
    await taken?.then(({ file }) => file.remove()).catch(() => {})
    throw error
  } finally {
    stopWatching()
    payload.unpipe(form)
    // What still comes is read and forgotten, so that the answer can be read.
    payload.on('error', () => {}).resume()
  }
}
