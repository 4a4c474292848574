import { withoutClient } from '../../../packages/server/src/docs-page/samples/without-client.ts'

type Json = Record<string, unknown>
type Operation = Json & { operationId: string; responses: Json; parameters?: Json[]; requestBody?: Json }
type Paths = Record<string, Record<string, Operation>>

interface Envelope {
  readonly properties?: { readonly status?: Json; readonly data?: Json }
  readonly required?: readonly string[]
}

/** An answer as the client gives it: what is in the envelope, or nothing. Files and texts stay what they are. */
const unwrapped = (answer: Json): Json => {
  const content = answer['content'] as Record<string, { schema: Envelope }> | undefined
  const envelope = content?.['application/json']?.schema
  if (!envelope?.properties?.status) return answer
  const { description } = answer
  const { data } = envelope.properties
  if (!data) return { description }
  const sometimes = !envelope.required?.includes('data')
  return { description, 'x-sometimes': sometimes, content: { 'application/json': { schema: data } } }
}

const successes = (responses: Json): Json =>
  Object.fromEntries(
    Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .map(([status, answer]) => [status, unwrapped(answer as Json)]),
  )

/** A body that takes a file has the fields of its form, whichever way it is sent. */
const bodyOf = (body: Json): Json => {
  const content = body['content'] as Record<string, Json>
  const { schema } = content['multipart/form-data'] ?? content['application/json']!
  return { ...body, content: { 'application/json': { schema } } }
}

/** For whom a call is made stands among the options of every call. */
const withoutTarget = (parameters: readonly Json[] = []): Json => {
  const own = parameters.filter((parameter) => !('$ref' in parameter))
  return own.length > 0 ? { parameters: own } : {}
}

const operationOf = ({ security: _security, parameters, ...operation }: Operation): Json => ({
  ...operation,
  ...withoutTarget(parameters),
  responses: successes(operation.responses),
  ...(operation.requestBody && { requestBody: bodyOf(operation.requestBody) }),
})

/** Every number here is one of JavaScript: the generator of the types would make some of them `bigint`. */
const withPlainNumbers = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(withPlainNumbers)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).filter(([name, value]) => name !== 'format' || value !== 'int64')
  return Object.fromEntries(entries.map(([name, value]) => [name, withPlainNumbers(value)]))
}

interface Document {
  readonly paths: Paths
  readonly webhooks: Readonly<Record<string, { post: { requestBody: { content: Record<string, { schema: Json }> } } }>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

/** In the client the event is the union of all of them. `Event` is what browsers call something else. */
const eventName = 'SwitchboardEvent'

const renamed = (document: Json): Json =>
  JSON.parse(JSON.stringify(document).replaceAll('schemas/Event"', `schemas/${eventName}"`)) as Json

/** The document from which the client is made: answers without envelopes, and every event by its own shape. */
export const clientDocument = (document: Json): Json => {
  const { paths, webhooks, components } = document as unknown as Document
  const events = Object.values(webhooks).map(({ post }) => post.requestBody.content['application/json']!.schema)
  const kept = Object.entries(paths).map(([path, methods]) => {
    const entries = Object.entries(methods).filter(([, { operationId }]) => !withoutClient.has(operationId))
    return [path, Object.fromEntries(entries.map(([method, operation]) => [method, operationOf(operation)]))]
  })
  const { openapi, info } = document
  const { Event: _any, Failure, ...schemas } = components.schemas
  const whole = {
    openapi,
    info,
    paths: Object.fromEntries(kept),
    components: { schemas: { ...schemas, Failure, [eventName]: { oneOf: events } } },
  }
  return renamed(withPlainNumbers(whole) as Json)
}
