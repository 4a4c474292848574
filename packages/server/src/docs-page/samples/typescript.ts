import type { Caller, SampleRequest } from './sample-request.ts'
import { withoutClient } from './without-client.ts'

const credentials: Readonly<Record<Caller, string>> = {
  device: ', deviceToken: process.env.TOKEN!',
  api_key: ', apiKey: process.env.KEY!',
  admin: ', adminSecret: process.env.ADMIN!',
  session: ', cookie: true',
  none: '',
}

const text = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`

const isName = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)

/** A value of JSON as TypeScript writes it. */
const literal = (value: unknown): string => {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([name, inner]) => `${isName(name) ? name : text(name)}: ${literal(inner)}`)
  return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}'
}

const partsOf = ({ pathValues, query, body, file, idempotencyKey }: SampleRequest): string[] => [
  ...(Object.keys(pathValues).length > 0 ? [`path: ${literal(pathValues)},`] : []),
  ...(Object.keys(query).length > 0 ? [`query: ${literal(query)},`] : []),
  ...(file ? [`body: { ${file.field}: await openAsBlob('${file.name}') },`] : []),
  ...(body === undefined ? [] : [`body: ${literal(body)},`]),
  ...(idempotencyKey ? [`idempotencyKey: '${idempotencyKey}',`] : []),
]

const callOf = (request: SampleRequest): string[] => {
  const { id, answer } = request
  if (answer === 'stream') return ['for await (const event of sb.events()) console.log(event)']
  const parts = partsOf(request)
  const given = parts.length > 0 ? `{\n${parts.map((part) => `  ${part}\n`).join('')}}` : ''
  if (answer === 'nothing') return [`await sb.${id}(${given})`]
  return [`const answer = await sb.${id}(${given})`, 'console.log(answer)']
}

/** The request for TypeScript with our client. */
export const typescriptSample = (request: SampleRequest): string => {
  const { id, caller, file, answer } = request
  if (withoutClient.has(id) && answer !== 'stream') return ''
  return [
    ...(file ? [`import { openAsBlob } from 'node:fs'`] : []),
    `import { Switchboard } from '@switchboard/client'`,
    '',
    `const sb = new Switchboard({ baseUrl: process.env.API!${credentials[caller]} })`,
    ...callOf(request),
  ].join('\n')
}
