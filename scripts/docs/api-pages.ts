import { openApiDocument } from '../../packages/server/src/docs-page/openapi-document.ts'
import { apiPages } from '../../packages/server/src/docs-page/pages.ts'
import { renderYaml } from '../../packages/server/src/docs-page/render-yaml.ts'
import { searchIndex } from '../../packages/server/src/docs-page/search-index.ts'
import { addressOf, between } from './addresses.ts'
import { anchorOf } from './anchor.ts'
import type { Page } from './page.ts'
import type { Findable } from './search-index.ts'

/** What the pages of a gateway and the guides both have is on the site once. */
const elsewhere: Readonly<Record<string, { readonly file: string; readonly prefix: string }>> = {
  errors: { file: 'docs/reference/errors.md', prefix: 'error-' },
  'webhook-events': { file: 'docs/WEBHOOK_EVENTS.md', prefix: 'event-' },
}

const documents: Readonly<Record<string, string>> = { 'swagger.json': 'openapi.json', 'swagger.yaml': 'openapi.yaml' }

/** The first page of the API; `docs/reference/operations.md` is the same for readers of the sources. */
export const apiIndex = 'api/index.html'

const addressOfSlug = (slug: string): string => (slug === '' ? apiIndex : `api/${slug}.html`)

/** Where a link of a page of the gateway leads on the site, from its root. */
const placeOf = (to: string): string => {
  const [slug = '', anchor] = to.replace(/^\.\//, '').split('#')
  const other = elsewhere[slug]
  if (other) return addressOf(other.file) + (anchor ? `#${anchorOf(anchor.replace(other.prefix, ''))}` : '')
  if (documents[slug]) return `api/${documents[slug]}`
  return addressOfSlug(slug) + (anchor ? `#${anchor}` : '')
}

const relinked = (main: string, address: string): string =>
  main.replaceAll(/ href="([^"#][^"]*)"/g, (_, to: string) => ` href="${between(address, placeOf(to))}"`)

/** The pages that a gateway has at /docs/, without what only a gateway can do. */
export const renderApiPages = async (): Promise<Page[]> => {
  const pages: Page[] = []
  for (const { slug, title, render } of apiPages(openApiDocument(''))) {
    if (slug in elsewhere) continue
    const address = addressOfSlug(slug)
    pages.push({ address, title, main: `<h1>${title}</h1>\n${relinked(await render(), address)}`, sections: [] })
  }
  return pages
}

/** Operations as the search finds them; everything else of the API has a page of words. */
export const findableOperations = (): Findable[] =>
  searchIndex(openApiDocument(''))
    .filter(({ kind }) => !['Event', 'Error', 'Guide'].includes(kind))
    .map(({ kind, name, to, summary, also = '', words }) => ({
      ...{ kind, name, summary, to: placeOf(to), also: `${summary} ${also}`, text: words },
    }))

/** The OpenAPI document, for tools. */
export const apiDocuments = async (): Promise<Record<string, string>> => {
  const document = openApiDocument('')
  return { 'api/openapi.json': JSON.stringify(document), 'api/openapi.yaml': await renderYaml(document) }
}
