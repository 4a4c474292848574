import { html } from '../../packages/server/src/docs-page/html.ts'
import { between } from './addresses.ts'
import type { Page } from './page.ts'

export interface NavigationLink {
  readonly address: string
  readonly title: string
}

export interface NavigationPart {
  readonly title: string
  readonly links: readonly NavigationLink[]
}

export interface Frame {
  readonly version: string
  readonly navigation: readonly NavigationPart[]
  /** The pages of the API, listed where one of them is read. */
  readonly api: NavigationPart
}

/** A page may load what the site itself has, and nothing else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"

const navigationOf = ({ address }: Page, { navigation, api }: Frame): string =>
  (address.startsWith('api/') ? [api, ...navigation] : navigation)
    .map(({ title, links }) => {
      const rows = links.map(
        (link) =>
          `<li><a href="${between(address, link.address)}"${link.address === address ? ' aria-current="page"' : ''}>${html(link.title)}</a></li>`,
      )
      return `<p class="part">${html(title)}</p><ul>${rows.join('')}</ul>`
    })
    .join('\n')

/** What is on a page, where it has more than one part. */
const outlineOf = ({ sections }: Page): string => {
  const parts = sections.filter(({ depth }) => depth === 2)
  if (parts.length < 2) return ''
  const rows = parts.map(({ anchor, title }) => `<li><a href="#${html(anchor)}">${html(title)}</a></li>`)
  return `<details class="outline"><summary>On this page</summary><ul>${rows.join('')}</ul></details>`
}

/** The pages before and after, in the order in which they are read. */
const neighboursOf = ({ address }: Page, { navigation }: Frame): string => {
  const links = navigation.flatMap((part) => part.links)
  const place = links.findIndex((link) => link.address === address)
  if (place < 0) return ''
  const link = (to: NavigationLink | undefined, rel: string, words: string) =>
    to ? `<a rel="${rel}" href="${between(address, to.address)}"><small>${words}</small> ${html(to.title)}</a>` : ''
  return `<nav class="neighbours" aria-label="Before and after">${link(links[place - 1], 'prev', 'Before:')}${link(links[place + 1], 'next', 'Next:')}</nav>`
}

/** A whole page. Every address in it is relative, so that it works under any base path. What needs the script is hidden until it runs. */
export const frame = (page: Page, around: Frame): string => {
  const to = (address: string) => between(page.address, address)
  const isFirst = page.address === 'index.html'
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${html(isFirst ? page.title : `${page.title} · Switchboard`)}</title><link rel="stylesheet" href="${to('assets/site.css')}"><link rel="icon" href="data:,"><script type="module" src="${to('assets/site.js')}"></script></head>
<body><a class="skip" href="#main">To the content</a>
<header><a class="home" href="${to('index.html')}">Switchboard <small>${html(around.version)}</small></a><a class="menu" href="#pages">All pages</a>
<search hidden><label for="q">Search the documentation</label><input id="q" type="search" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list" placeholder="Search, with the key /"><ul id="found" role="listbox" aria-label="Found" hidden></ul></search></header>
<main id="main" tabindex="-1">${outlineOf(page)}
${page.main}
${neighboursOf(page, around)}</main>
<nav id="pages" aria-label="Pages">${navigationOf(page, around)}</nav>
</body></html>
`
}
