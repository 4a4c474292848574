import { fieldsOf, list } from './fields.ts'
import { code, html, words } from './html.ts'
import type { OpenApiDocument, OpenApiOperation } from './openapi-document.ts'
import { resolved } from './schema-words.ts'

export const eventAnchor = (name: string): string => `event-${name}`

const eventBox = (name: string, { summary, requestBody }: OpenApiOperation, document: OpenApiDocument): string => {
  const { schemas } = document.components
  const content = requestBody?.content['application/json']
  const data = resolved(content?.schema ?? {}, schemas).properties?.['data'] ?? {}
  const id = html(eventAnchor(name))
  const [first = ''] = summary.split(/(?<=\.) /)
  return `<details><summary><h2><span class="m EVENT">EVENT</span> <code>${html(name)}</code> <span>${words(first)}</span></h2></summary><div class="box" id="${id}">
<p>${words(summary.replace(/\.?$/, '.'))}</p><p class="q"><a href="#${id}">Link to this</a></p>
${list('Fields of <code>data</code>', fieldsOf(data, schemas, 'answered'))}<h3>Example of a request to a webhook</h3>${code(JSON.stringify(content?.example, null, 2))}</div></details>`
}

/** The page of events: what every one of them has, and each with an example. */
export const eventsPage = (document: OpenApiDocument): string => {
  const events = Object.entries(document.webhooks)
  const { schemas } = document.components
  const [first] = events
  const body = resolved(first?.[1].post.requestBody?.content['application/json']?.schema ?? {}, schemas)
  const { data: _data, ...shared } = body.properties ?? {}
  return `<p>${words('Each event is one `POST` to every webhook with a filter that takes it, and the same object in `GET /events` and in the live stream. An event may come twice: its `id` is the same then. Remember the ids of the last minutes.')}</p>
${list('Fields of every event', fieldsOf({ ...body, properties: shared }, schemas, 'answered')).replaceAll('h3', 'h2')}
${events.map(([name, { post }]) => eventBox(name, post, document)).join('\n')}`
}
