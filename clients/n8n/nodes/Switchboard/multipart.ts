import { randomUUID } from 'node:crypto'

export interface FilePart {
  readonly bytes: Buffer
  readonly name: string
  readonly type: string
}

/** Quotes and line ends would end the header. Source: HTML, "multipart/form-data encoding algorithm". */
const escaped = (text: string): string => text.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')

/** A form with one file. It is made here, because the request helper of n8n takes forms only of a package that this one would have to bring. */
export const multipart = (fields: Readonly<Record<string, string>>, file: FilePart) => {
  const boundary = `switchboard-${randomUUID()}`
  const head = (what: string) => `--${boundary}\r\nContent-Disposition: form-data; name=${what}\r\n`
  const texts = Object.entries(fields).map(([name, value]) => `${head(`"${escaped(name)}"`)}\r\n${value}\r\n`)
  const type = file.type.replace(/[\r\n]/g, '')
  const start = `${texts.join('')}${head(`"file"; filename="${escaped(file.name)}"`)}Content-Type: ${type}\r\n\r\n`
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(start), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}
