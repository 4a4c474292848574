import { html } from './html.ts'

export interface Link {
  /** From the folder of the pages; blank for the first of them. */
  readonly slug: string
  readonly title: string
  readonly count?: number
}

interface Framed {
  readonly title: string
  readonly slug: string
  readonly version: string
  readonly links: readonly Link[]
  readonly main: string
  readonly assets: { readonly style: string; readonly script: string }
}

const linkTo = (current: string, { slug, title, count }: Link): string =>
  `<li><a href="${slug || './'}"${slug === current ? ' aria-current="page"' : ''}>${html(title)}${count === undefined ? '' : `<small>${count}</small>`}</a></li>`

/** A page with what all of them have. Every address in it is relative, so that it works wherever a proxy puts it. What needs the script is hidden until it runs. */
export const frame = ({ title, slug, version, links, main, assets }: Framed): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${html(slug ? `${title} · Switchboard API` : title)}</title><link rel="stylesheet" href="${assets.style}"><link rel="icon" href="data:,"><script type="module" src="${assets.script}"></script></head>
<body><a class="skip" href="#main">To the content</a>
<header><a class="home" href="./">Switchboard <small>${html(version)}</small></a><a class="menu" href="#pages">All pages</a>
<search hidden><label for="q">Search the API</label><input id="q" type="search" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list" placeholder="Search, with the key /"><ul id="found" role="listbox" aria-label="Found" hidden></ul></search>
<button type="button" id="credential" hidden>Credential</button></header>
<main id="main" tabindex="-1"><h1>${html(title)}</h1>
${main}</main>
<nav id="pages" aria-label="Pages"><ul>${links.map((link) => linkTo(slug, link)).join('')}</ul></nav>
</body></html>`
