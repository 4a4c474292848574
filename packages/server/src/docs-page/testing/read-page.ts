import assert from 'node:assert/strict'
import type { ApiClient } from '../../testing/api-client.ts'

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** Text of a page as its reader sees it. */
const text = (html: string): string => html.replaceAll(/&(\w+|#39);/g, (_, name: string) => named[name]!)

/** A page of the documentation, blank for the first one. */
export const readPage = async (api: ApiClient, slug: string): Promise<string> => {
  const answer = await api.call('GET', `/docs/${slug}`)
  assert.equal(answer.status, 200, `${slug}: ${answer.text.slice(0, 300)}`)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
  return answer.text
}

/** Names of all pages, as the first one links to them. */
export const pageNames = async (api: ApiClient): Promise<string[]> => {
  const nav = /<nav[\s\S]*<\/nav>/.exec(await readPage(api, ''))![0]
  return [...nav.matchAll(/href="([^"]+)"/g)].map(([, to]) => (to === './' ? '' : to!))
}

/** The samples of a page by the id of their operation, then by their language. */
export const samplesOn = (page: string): Map<string, Map<string, string>> => {
  const boxes = [...page.matchAll(/<div class="box" id="([^"]+)">([\s\S]*?)<\/div><\/details>/g)]
  return new Map(
    boxes.map(([, id, box]) => {
      const figures = box!.matchAll(/<figure data-language="(\w+)">.*?<pre><code>([\s\S]*?)<\/code><\/pre>/g)
      return [id!, new Map([...figures].map(([, language, code]) => [language!, text(code!)]))]
    }),
  )
}
