import { errorsOf } from './errors.ts'
import { field, fieldsOf, list, parameterFields } from './fields.ts'
import { code, html, words } from './html.ts'
import { answersOf, type JsonSchema, type OpenApiDocument, type OpenApiOperation } from './openapi-document.ts'
import { type Described, targets } from './operations-of.ts'
import { samplesOf } from './samples/index.ts'
import { resolved, typeWords } from './schema-words.ts'

const credentials: Readonly<Record<string, string>> = {
  device: 'the token of a device (`Authorization: Bearer …`)',
  api_key: 'an API key (`X-API-Key`)',
  admin: 'the secret of the operator (`X-Admin-Secret`)',
  session: 'a session of the console (its cookie, and `X-Requested-With: switchboard`)',
  ticket: 'a ticket (`?ticket=`)',
}

const schemesOf = ({ security = [] }: OpenApiOperation): string[] => security.flatMap((each) => Object.keys(each))

const factsOf = ({ operation, parameters }: Described): string => {
  const takes = (wanted: string) => parameters.some(({ name }) => name === wanted)
  const schemes = schemesOf(operation).map((scheme) => credentials[scheme] ?? scheme)
  return [
    schemes.length > 0 ? `Needs ${schemes.join(', or ')}.` : 'Needs no credential.',
    ...(takes('Idempotency-Key') ? ['Takes `Idempotency-Key`: a repeat with the same key does nothing twice.'] : []),
    ...(takes('X-Device-ID') ? ['All but a device name the device in `X-Device-ID`.'] : []),
    ...(takes('X-API-Key-ID') ? ['The operator names the customer in `X-API-Key-ID`.'] : []),
    ...(operation['x-destructive'] ? ['What it takes away does not come back.'] : []),
    `Name: \`${operation.operationId}\`.`,
  ].join(' ')
}

const json = (title: string, value: unknown, attributes = ''): string =>
  value === undefined ? '' : `<h3>${title}</h3>${code(JSON.stringify(value, null, 2), attributes)}`

const bodyOf = ({ requestBody }: OpenApiOperation, { components: { schemas } }: OpenApiDocument): string => {
  if (!requestBody) return ''
  const { 'application/json': asJson, 'multipart/form-data': asForm } = requestBody.content
  const widest = (asForm ?? asJson)?.schema ?? {}
  const takes = Object.keys(requestBody.content).map((type) => `\`${type}\``)
  const note = takes.length > 1 ? `<p class="q">${words(`Taken as ${takes.join(' or ')}.`)}</p>` : ''
  return `${list('Body', fieldsOf(widest, schemas, 'sent'))}${note}${json('Example of a body', asJson?.example, ' data-body')}`
}

const successOf = (operation: OpenApiOperation) => {
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1]
  return success && 'content' in success ? success.content?.['application/json'] : undefined
}

const dataOf = (operation: OpenApiOperation, { components: { schemas } }: OpenApiDocument): JsonSchema => {
  const data = resolved(successOf(operation)?.schema.properties?.['data'] ?? {}, schemas)
  return data.type === 'array' ? (data.items ?? {}) : data
}

/** What success answers, by status. */
const successes = (operation: OpenApiOperation, document: OpenApiDocument): string =>
  Object.entries(answersOf(document, operation))
    .filter(([status]) => status < '400')
    .map(([status, { description, content = {}, headers = {} }]) => {
      const data = content['application/json']?.schema.properties?.['data']
      const types = Object.keys(content).filter((type) => type !== 'application/json')
      const told = Object.entries(headers).map(([name, header]) => `Header \`${name}\`: ${header.description}.`)
      const kind = [data ? typeWords(data, document.components.schemas) : '', ...types].filter(Boolean).join(' or ')
      return field({ name: status, kind, notes: [description.replace(/\.?$/, '.'), ...told] })
    })
    .join('')

/** What a script needs to try the operation. */
const dataAttributes = (
  { method, path, operation }: Described,
  { components: { schemas } }: OpenApiDocument,
): string => {
  const form = operation.requestBody?.content['multipart/form-data']?.schema
  const [file] =
    Object.entries((form && resolved(form, schemas).properties) ?? {}).find(([, { format }]) => format === 'binary') ??
    []
  const data = {
    method,
    path,
    callers: schemesOf(operation).join(' '),
    ...(operation['x-destructive'] && { destructive: '' }),
    ...(file && { file }),
  }
  return Object.entries(data)
    .map(([name, value]) => ` data-${name}="${html(value)}"`)
    .join('')
}

export const badge = (method: string): string => `<span class="m ${method}">${method}</span>`

/** Everything about one operation. Its anchor lies inside of the box: a browser opens the box of an anchor by itself. */
export const operationBox = (described: Described, document: OpenApiDocument): string => {
  const { method, path, operation, parameters } = described
  const { schemas } = document.components
  const id = html(operation.operationId)
  return `<details${dataAttributes(described, document)}><summary><h2>${badge(method)} <code>${html(path)}</code> <span>${words(operation.summary)}</span></h2></summary><div class="box" id="${id}">
${operation.description ? `<p>${words(operation.description)}</p>` : ''}<p class="q">${words(factsOf(described))} <a href="#${id}">Link to this</a></p>
${samplesOf(described, document)}
${list(
  'Parameters',
  parameterFields(
    parameters.filter(({ name }) => !targets.includes(name)),
    schemas,
  ),
)}${bodyOf(operation, document)}
${list('Answers', successes(operation, document))}${list('Data of the answer', fieldsOf(dataOf(operation, document), schemas, 'answered'))}${json('Example of an answer', successOf(operation)?.example)}
${errorsOf(document, operation)}</div></details>`
}
