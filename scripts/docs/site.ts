import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { addressOf, addressOfFile, between } from './addresses.ts'
import { apiDocuments, apiIndex, findableOperations, renderApiPages } from './api-pages.ts'
import { contentsFile, readContents } from './contents.ts'
import { frame, type NavigationPart } from './frame.ts'
import { missingPage } from './missing-page.ts'
import type { Page } from './page.ts'
import { renderMarkdown } from './render-markdown.ts'
import { findableParts, searchIndexOf } from './search-index.ts'
import { isShown, sourcePage } from './source-files.ts'

export interface SiteOptions {
  readonly root: string
  /** Under which path the site is served, such as `/switchboard/`. Only the page for what is not there needs it. */
  readonly base: string
  /** Where the sources are on a forge, such as `https://…/blob/main`: links to files that are no pages lead there. Without it they are words. */
  readonly repository?: string | undefined
}

const patterns = [
  '*.md',
  'docs/**/*.md',
  '{examples,deploy,clients,packages}/**/README.md',
  '{bench,e2e,overrides}/README.md',
  'scripts/package/README.md',
]

/** Shown as the pages of the API. */
const operations = 'docs/reference/operations.md'

/** Long lists that are of no use in a search for words. */
const notSearched = new Set(['docs/reference/coverage.md'])

/** Makes the site, page by page, from the pages of the repository and what they lead to. */
export class Site {
  readonly #options: SiteOptions
  readonly #sources: ReadonlySet<string>
  /** Files and folders that a page leads to. */
  readonly #led = new Set<string>()
  readonly #images = new Map<string, string>()

  constructor(options: SiteOptions) {
    this.#options = options
    const found = patterns.flatMap((pattern) =>
      globSync(pattern, { cwd: options.root, exclude: (name) => /(^|\/)node_modules$/.test(name) }),
    )
    this.#sources = new Set(found.filter((file) => file !== operations).sort())
  }

  /** The address of the page for a place of the repository; undefined when it has none. */
  #pageOf(place: string): string | undefined {
    if (place === operations) return apiIndex
    if (this.#sources.has(place)) return addressOf(place)
    if (this.#sources.has(`${place}/README.md`)) return addressOf(`${place}/README.md`)
    if (!existsSync(path.join(this.#options.root, place)) || !isShown(this.#options.root, place)) return undefined
    this.#led.add(place)
    return addressOfFile(place)
  }

  #resolve(file: string, address: string, to: string): string | undefined {
    if (/^([a-z][a-z+.-]*:|#)/i.test(to)) return to
    const [given = '', anchor] = to.split('#')
    const place = path.posix.join(path.posix.dirname(file), given).replace(/\/$/, '')
    if (/\.(png|svg|webp)$/.test(place)) {
      this.#images.set(place, `images/${path.posix.basename(place)}`)
      return between(address, this.#images.get(place)!)
    }
    const page = this.#pageOf(place)
    if (page !== undefined) return between(address, page) + (anchor ? `#${anchor}` : '')
    return this.#options.repository && `${this.#options.repository}/${place}`
  }

  #markdown(file: string): Page {
    const address = addressOf(file)
    const text = readFileSync(path.join(this.#options.root, file), 'utf8')
    const page = renderMarkdown(text, address, (to) => this.#resolve(file, address, to))
    return notSearched.has(file) ? { ...page, sections: page.sections.slice(0, 1) } : page
  }

  /** The files and folders that pages lead to, and what those lead to. */
  #sourcePages(): Page[] {
    const pages = new Map<string, Page>()
    for (const place of this.#led) {
      const address = addressOfFile(place)
      const link = (each: string): string => {
        const to = this.#pageOf(each)
        return to === undefined ? each : `<a href="${between(address, to)}">${each}</a>`
      }
      pages.set(place, sourcePage(this.#options.root, place, link))
    }
    return [...pages.values()]
  }

  #navigation(): NavigationPart[] {
    const parts = readContents(this.#options.root).map(({ title, entries }) => ({
      title,
      links: entries.flatMap((entry) => {
        const address = this.#pageOf(entry.file)
        return address === undefined ? [] : [{ address, title: entry.title }]
      }),
    }))
    const [first, ...others] = parts
    return [
      {
        title: first?.title ?? '',
        links: [{ address: addressOf(contentsFile), title: 'Overview' }, ...(first?.links ?? [])],
      },
      ...others,
    ]
  }

  async #texts(): Promise<Map<string, string>> {
    const { root, base } = this.#options
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
    const words = [...this.#sources].map((file) => this.#markdown(file))
    const api = await renderApiPages()
    const pages = [...words, ...api, ...this.#sourcePages()]
    const around = { version, navigation: this.#navigation(), api: { title: 'API', links: api } }
    const findable = [...findableOperations(), ...pages.flatMap(findableParts)]
    return new Map([
      ...pages.map((page): [string, string] => [page.address, frame(page, around)]),
      ['404.html', missingPage(base)],
      ['search.json', searchIndexOf(findable)],
      ...Object.entries(await apiDocuments()),
    ])
  }

  /** Every file of the site but its script and style, by its address. */
  async files(): Promise<Map<string, string | Buffer>> {
    const files = new Map<string, string | Buffer>(await this.#texts())
    for (const [place, address] of this.#images) files.set(address, readFileSync(path.join(this.#options.root, place)))
    return files
  }
}
