import { setImmediate as othersTurn } from 'node:timers/promises'
import { docsStyle } from './docs-style.ts'
import {
  answersOf,
  type JsonSchema,
  type OpenApiDocument,
  type OpenApiOperation,
  parametersOf,
} from './openapi-document.ts'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const html = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character]!)

/** Words of the schemas use backquotes for code and nothing else of Markdown. */
const words = (text: string): string => html(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

type Components = OpenApiDocument['components']
type Schemas = Components['schemas']

const resolved = (schema: JsonSchema, schemas: Schemas): JsonSchema =>
  schema.$ref ? (schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}) : schema

const typeOf = (given: JsonSchema, schemas: Schemas): string => {
  const schema = resolved(given, schemas)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map((choice) => typeOf(choice, schemas)).join(' | ')
  if (schema.type === 'array') return `${typeOf(schema.items ?? {}, schemas)}[]`
  const type = schema.type === undefined ? 'any' : [schema.type].flat().join(' | ')
  return schema.format ? `${type} (${schema.format})` : type
}

const row = (name: string, type: string, notes: string): string =>
  `<tr><td><code>${html(name)}</code></td><td class="q">${html(type)}</td><td>${words(notes)}</td></tr>`

const notesOf = (given: JsonSchema, presence: string, schemas: Schemas): string => {
  const schema = { ...resolved(given, schemas), ...(given.description && { description: given.description }) }
  const parts = [presence, schema.description ?? '']
  if (schema.default !== undefined) parts.push(`Default \`${JSON.stringify(schema.default)}\`.`)
  return parts.filter(Boolean).join(' ')
}

type Side = 'sent' | 'answered'

/** What is sent may be left out unless it is required; what is answered is there unless it may be absent. */
const presenceOf = (required: boolean, side: Side): string => {
  if (side === 'sent') return required ? 'Required.' : ''
  return required ? '' : 'May be absent.'
}

/** Rows of an object's fields, those of inner objects by their path. */
const fieldRows = (given: JsonSchema, schemas: Schemas, side: Side, prefix = '', depth = 0): string => {
  const schema = resolved(given, schemas)
  return Object.entries(schema.properties ?? {})
    .map(([name, property]) => {
      const inner = resolved(property, schemas)
      const nested = inner.type === 'array' ? resolved(inner.items ?? {}, schemas) : inner
      const path = `${prefix}${name}`
      const own = row(
        path,
        typeOf(property, schemas),
        notesOf(property, presenceOf(schema.required?.includes(name) ?? false, side), schemas),
      )
      if (!nested.properties || depth > 3) return own
      return own + fieldRows(nested, schemas, side, `${path}${inner.type === 'array' ? '[]' : ''}.`, depth + 1)
    })
    .join('')
}

const table = (title: string, rows: string): string => (rows ? `<h3>${title}</h3><table>${rows}</table>` : '')

const credentials: Readonly<Record<string, string>> = {
  device: 'Authorization: Bearer <device token>',
  api_key: 'X-API-Key: <api key>',
  admin: 'X-Admin-Secret: <admin secret>',
  session: 'Cookie: switchboard_session=<cookie>',
}

const curl = (method: string, path: string, operation: OpenApiOperation): string => {
  const kind = Object.keys(operation.security?.[0] ?? {})[0]
  const parts = [`curl -X ${method} "$SWITCHBOARD${path}"`]
  if (kind) parts.push(`-H "${credentials[kind] ?? kind}"`)
  const body = operation.requestBody?.content['application/json']?.example
  if (body !== undefined) parts.push(`-H "Content-Type: application/json" -d '${JSON.stringify(body)}'`)
  return parts.join(' \\\n  ')
}

const answers = (operation: OpenApiOperation, components: Components): string =>
  Object.entries(answersOf({ components }, operation))
    .map(([status, { description, content, headers = {} }]) => {
      const data = content?.['application/json']?.schema.properties?.['data']
      const told = Object.entries(headers).map(([name, header]) => `Header \`${name}\`: ${header.description}.`)
      return row(status, data ? typeOf(data, components.schemas) : '', [description, ...told].join(' '))
    })
    .join('')

const successOf = (operation: OpenApiOperation) => {
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1]
  return success && 'content' in success ? success.content?.['application/json'] : undefined
}

const dataOf = (operation: OpenApiOperation): JsonSchema => {
  const data = successOf(operation)?.schema.properties?.['data'] ?? {}
  return data.type === 'array' ? (data.items ?? {}) : data
}

const exampleOf = (operation: OpenApiOperation): string => {
  const example = successOf(operation)?.example
  return example === undefined
    ? ''
    : `<h3>Example of an answer</h3><pre>${html(JSON.stringify(example, null, 2))}</pre>`
}

const operationBlock = (method: string, path: string, operation: OpenApiOperation, components: Components): string => {
  const { schemas } = components
  const body = operation.requestBody?.content['application/json']?.schema
  const parameters = parametersOf({ components }, operation)
    .map((parameter) => {
      const notes = notesOf(
        { ...parameter.schema, description: parameter.description ?? '' },
        presenceOf(parameter.required, 'sent'),
        schemas,
      )
      return row(parameter.name, `${parameter.in} · ${typeOf(parameter.schema, schemas)}`, notes)
    })
    .join('')
  return `<details id="${html(operation.operationId)}"><summary><span class="m ${method}">${method}</span><code>${html(path)}</code><span>${words(operation.summary)}</span></summary><div>
${operation.description ? `<p>${words(operation.description)}</p>` : ''}<pre>${html(curl(method, path, operation))}</pre>
${table('Parameters', parameters)}${body ? table('Body', fieldRows(body, schemas, 'sent')) : ''}${table('Data of the answer', fieldRows(dataOf(operation), schemas, 'answered'))}${exampleOf(operation)}${table('Answers', answers(operation, components))}</div></details>`
}

const eventBlock = (name: string, operation: OpenApiOperation, schemas: Schemas): string => {
  const body = resolved(operation.requestBody?.content['application/json']?.schema ?? {}, schemas)
  const data = body.properties?.['data'] ?? {}
  return `<details><summary><span class="m EVENT">EVENT</span><code>${html(name)}</code><span>${words(operation.summary)}</span></summary><div>${table('Data', fieldRows(data, schemas, 'answered'))}</div></details>`
}

const anchor = (group: string): string => `group-${group.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`

/** The API page: made from the OpenAPI document alone, one self-contained HTML text without scripts. Others get a turn between its operations. */
export const renderDocs = async (document: OpenApiDocument, basePath: string): Promise<string> => {
  const { schemas } = document.components
  const groups = new Map<string, string[]>()
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const group = operation.tags[0] ?? 'Other'
      const block = operationBlock(method.toUpperCase(), `${basePath}${path}`, operation, document.components)
      groups.set(group, [...(groups.get(group) ?? []), block])
    }
    await othersTurn()
  }
  const events = Object.entries(document.webhooks).map(([name, { post }]) => eventBlock(name, post, schemas))
  const sections = [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
  sections.push(['Events as they are delivered', events])
  const links = sections.map(
    ([group, blocks]) => `<a href="#${anchor(group)}">${html(group)}<small>${blocks.length}</small></a>`,
  )
  const parts = sections.map(([group, blocks]) => `<h2 id="${anchor(group)}">${html(group)}</h2>${blocks.join('\n')}`)
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html(document.info.title)} API</title><style>${docsStyle}</style></head><body>
<nav><b>${html(document.info.title)}</b> <small>${html(document.info.version)}</small><p>${links.join('')}</p></nav>
<main><h1>${html(document.info.title)} API</h1><p class="q">${words(document.info.description)} As OpenAPI: <a href="${basePath}/docs/swagger.json">JSON</a>, <a href="${basePath}/docs/swagger.yaml">YAML</a>.</p>
<p>Success answers <code>{"status":true,"code":200,"message":"…","data":…}</code>. A failure answers <code>{"status":false,"code":…,"message":"…","error":"…","error_code":"…","retryable":…,"request_id":"…"}</code>.</p>
${parts.join('\n')}</main></body></html>`
}
