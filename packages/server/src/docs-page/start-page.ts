import { readFileSync } from 'node:fs'
import { eventAnchor } from './events-page.ts'
import { groupSlug, operationsByGroup } from './groups.ts'
import { code, html, words } from './html.ts'
import type { OpenApiDocument } from './openapi-document.ts'
import { badge } from './operation-box.ts'
import { operationsOf } from './operations-of.ts'

const paragraph = (text: string): string => `<p>${words(text)}</p>`

/** A request with each kind of credential. */
export const authenticationSample = `curl "$API/devices/me/status" -H "Authorization: Bearer $TOKEN"
curl "$API/devices" -H "X-API-Key: $KEY"
curl "$API/admin/stats" -H "X-Admin-Secret: $ADMIN"`

/** Languages of the guide: under which name the reader's choice is remembered, and what they are called. */
const languages: Readonly<Record<string, readonly [name: string, title: string]>> = {
  js: ['typescript', 'JavaScript'],
  python: ['python', 'Python'],
  go: ['go', 'Go'],
}

/** Code that checks a signature, by its language: taken from docs/guide/webhooks.md. */
const signatureSamples = (): Record<string, string> =>
  JSON.parse(readFileSync(new URL('../generated/signature-samples.json', import.meta.url), 'utf8'))

const signatures = (): string =>
  Object.entries(signatureSamples())
    .map(([language, text]) => {
      const [name, title] = languages[language] ?? [language, language]
      return `<figure data-language="${name}"><figcaption>${title}</figcaption>${code(text)}</figure>`
    })
    .join('')

const guide = (): string => `<h2 id="begin">Before you begin</h2>
${paragraph('The samples on these pages read the address of this server and the credentials from the environment. `TOKEN` is that of a device, `KEY` that of a customer, `ADMIN` the secret of the operator. Set those that you have:')}
${code('export API=https://your-server TOKEN=… KEY=wam_… ADMIN=…', ' data-address')}
<h2 id="authentication">Authentication</h2>
${paragraph('There are four kinds of credential. The operator has the admin secret, and makes API keys. A customer has an API key, and makes devices. A device is one WhatsApp account, and has a token: most operations are done with it. An access key stands in the header of an API key or of a token, and may do a part of what that one may: scopes, an expiry and networks limit it.')}
${code(authenticationSample)}
${paragraph('An API key is also used for any of its devices, and the operator for any device: `X-Device-ID` names it. The operator is used for a customer with `X-API-Key-ID`.')}
${paragraph('`POST /devices` answers a device with its token and its secret. `POST /devices/token` exchanges the secret for a new token; the older ones stop at once. Wrong credentials answer 401 `unauthorized`, and many of them from one address are slowed down with 429. In a browser, `POST /console/session` exchanges any of them for a cookie, which counts together with the header `X-Requested-With: switchboard`.')}
<h2 id="answers">Answers</h2>
${paragraph('Success answers `{"status":true,"code":200,"message":"…","data":…}`. A failure answers `{"status":false,"code":…,"message":"…","error":"…","error_code":"…","retryable":…,"request_id":"…"}`.')}<p>What each error means, and what to do about it: <a href="errors">Errors</a>.</p>
${paragraph('A field that is not known is refused, so that a slip of the pen is no setting that is ignored. Lists come in pages: `next_cursor`, or the header `X-Next-Cursor`, is the `cursor` of the next one.')}
<h2 id="repeating">Repeat a request safely</h2>
${paragraph('A connection may break after the server did what was asked. Operations that send or create take `Idempotency-Key`: choose one for each thing that you want done once, such as the number of an order. For 24 hours, a repeat with the same key gives the first answer again, with `Idempotency-Replayed: true`, and nothing is done twice. The same key with another body answers 409 `idempotency_conflict`.')}
<h2 id="signatures">Check the signature of a webhook</h2>
${paragraph('Each request to a webhook is signed with its secret, which is shown once: when the webhook is made. Compute the signature over the raw bytes of the body, before it is parsed. `webhook-id`, `webhook-timestamp` and `webhook-signature` are those of Standard Webhooks: base64 of HMAC-SHA256 over `id.timestamp.body`. `X-Hub-Signature-256` is `sha256=` and the hex HMAC-SHA256 of the body alone.')}
<div class="samples">${signatures()}</div>`

const operationRow = (
  slug: string,
  { method, path, id, summary }: { method: string; path: string; id: string; summary: string },
): string =>
  `<li id="${html(id)}"><a href="${slug}#${html(id)}">${badge(method)} <code>${html(path)}</code></a> <span>${words(summary)}</span></li>`

/** The first page: how to begin, and everything that there is. */
export const startPage = (document: OpenApiDocument): string => {
  const { tags, info } = document
  const groups = operationsByGroup(document).map(({ name, operations }) => {
    const slug = groupSlug(name)
    const rows = operations.map(({ method, path, operation: { operationId: id, summary } }) =>
      operationRow(slug, { method, path, id, summary }),
    )
    const about = tags.find((tag) => tag.name === name)?.description ?? ''
    return `<h3 id="group-${slug}"><a href="${slug}">${html(name)}</a></h3>${paragraph(about)}<ul class="rows">${rows.join('')}</ul>`
  })
  const events = Object.keys(document.webhooks).map(
    (name) => `<li><a href="webhook-events#${html(eventAnchor(name))}"><code>${html(name)}</code></a></li>`,
  )
  return `${paragraph(info.description)}<p>This API as OpenAPI: <a href="swagger.json">JSON</a>, <a href="swagger.yaml">YAML</a>.</p>
${guide()}
<h2 id="operations">${operationsOf(document).length} operations</h2>${groups.join('')}
<h2 id="events">${events.length} events</h2><p>What a webhook gets is on <a href="webhook-events">Webhook events</a>.</p><ul class="names">${events.join('')}</ul>`
}
