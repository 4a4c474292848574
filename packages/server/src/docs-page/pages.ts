import { setImmediate as othersTurn } from 'node:timers/promises'
import { assetNames } from './assets.ts'
import { errorsPage } from './errors.ts'
import { eventsPage } from './events-page.ts'
import { frame, type Link } from './frame.ts'
import { groupSlug, operationsByGroup } from './groups.ts'
import { words } from './html.ts'
import type { OpenApiDocument } from './openapi-document.ts'
import { operationBox } from './operation-box.ts'
import { startPage } from './start-page.ts'

export interface ApiPage extends Link {
  /** What stands below its title. */
  render(): string | Promise<string>
}

/** The operations of a group, one box each. Others get a turn between them. */
const groupPage = async (
  name: string,
  operations: ReturnType<typeof operationsByGroup>[number]['operations'],
  document: OpenApiDocument,
): Promise<string> => {
  const about = document.tags.find((tag) => tag.name === name)?.description ?? ''
  let boxes = ''
  for (const described of operations) {
    boxes += `${operationBox(described, document)}\n`
    await othersTurn()
  }
  return `<p>${words(about)}</p>\n${boxes}`
}

/** The pages, in the order in which they are listed. */
export const apiPages = (document: OpenApiDocument): ApiPage[] => [
  { slug: '', title: 'Switchboard API', render: () => startPage(document) },
  { slug: 'errors', title: 'Errors', render: () => errorsPage(document) },
  ...operationsByGroup(document).map(({ name, operations }) => ({
    slug: groupSlug(name),
    title: name,
    count: operations.length,
    render: () => groupPage(name, operations, document),
  })),
  {
    slug: 'webhook-events',
    title: 'Webhook events',
    count: Object.keys(document.webhooks).length,
    render: () => eventsPage(document),
  },
]

const framed = (page: Pick<ApiPage, 'slug' | 'title'>, main: string, document: OpenApiDocument): string =>
  frame({
    ...{ title: page.title, slug: page.slug, version: document.info.version },
    ...{ links: apiPages(document), main, assets: assetNames() },
  })

/** What a browser is shown for a name that no page has. */
export const renderMissingPage = (document: OpenApiDocument): string =>
  framed(
    { slug: 'not-found', title: 'Not found' },
    '<p>There is no such page. <a href="./">Everything that there is</a>, or search above.</p>',
    document,
  )

/** A page for people, made from the OpenAPI document alone: blank for the first one. Undefined when there is none of that name. */
export const renderPage = async (slug: string, document: OpenApiDocument): Promise<string | undefined> => {
  const page = apiPages(document).find((each) => each.slug === slug)
  return page && framed(page, await page.render(), document)
}
