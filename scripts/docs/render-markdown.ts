import { Marked, type Token, type Tokens } from 'marked'
import { html } from '../../packages/server/src/docs-page/html.ts'
import { anchorOf } from './anchor.ts'
import type { Page, Section } from './page.ts'

/** Where a link of a page leads on the site; undefined when what it names is not there. */
export type Resolve = (to: string) => string | undefined

/** What is read of tokens, without markup. */
const plain = (tokens: readonly Token[] = []): string =>
  tokens
    .map((token) => {
      if (token.type === 'table') {
        const { header, rows } = token as Tokens.Table
        return [header, ...rows].map((row) => row.map((cell) => plain(cell.tokens)).join(' ')).join(' ')
      }
      if (token.type === 'list') return (token as Tokens.List).items.map((item) => plain(item.tokens)).join(' ')
      if ('tokens' in token && token.tokens) return plain(token.tokens)
      return 'text' in token ? String(token.text) : ' '
    })
    .join('')

/** As on a forge, the second of two equal anchors has a number. */
const uniqueAnchors = (): ((title: string) => string) => {
  const seen = new Map<string, number>()
  return (title) => {
    const anchor = anchorOf(title)
    const times = seen.get(anchor) ?? 0
    seen.set(anchor, times + 1)
    return times === 0 ? anchor : `${anchor}-${times}`
  }
}

const sectionsOf = (tokens: readonly Token[]): Section[] => {
  const anchor = uniqueAnchors()
  const sections: (Section & { text: string })[] = []
  for (const token of tokens) {
    if (token.type === 'heading') {
      const { text, depth, tokens: inner } = token as Tokens.Heading
      sections.push({ anchor: anchor(text), title: plain(inner), depth, text: '' })
    } else if (!['html', 'space'].includes(token.type)) {
      const section = sections.at(-1)
      if (section) section.text += `${plain([token])} `
    }
  }
  return sections
}

const cell = ({ tokens, header }: Tokens.TableCell, parse: (tokens: Token[]) => string): string => {
  const inner = parse(tokens)
  // A header without a word is none.
  return header && inner ? `<th scope="col">${inner}</th>` : `<td>${inner}</td>`
}

const rendererFor = (resolve: Resolve): Marked => {
  const anchor = uniqueAnchors()
  return new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text }) {
        const inner = this.parser.parseInline(tokens)
        const id = html(anchor(text))
        if (depth === 1) return `<h1 id="${id}">${inner}</h1>\n`
        return `<h${depth} id="${id}">${inner} <a class="here" href="#${id}" aria-label="Link to this part">#</a></h${depth}>\n`
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens)
        const to = resolve(href)
        return to === undefined ? inner : `<a href="${html(to)}">${inner}</a>`
      },
      image: ({ href, text }) => `<img src="${html(resolve(href) ?? href)}" alt="${html(text)}" loading="lazy">`,
      code: ({ text, lang = '' }) =>
        `<pre data-language="${html(lang.split(' ')[0] ?? '')}"><code>${html(text)}</code></pre>\n`,
      // What is written as markup in a page is meant for readers of its source.
      html: () => '',
      table({ header, rows }) {
        const row = (cells: readonly Tokens.TableCell[]) =>
          `<tr>${cells.map((each) => cell(each, (tokens) => this.parser.parseInline(tokens))).join('')}</tr>`
        return `<table><thead>${row(header)}</thead><tbody>${rows.map(row).join('')}</tbody></table>\n`
      },
    },
  })
}

/** A page of the repository as one of the site. @param resolve what becomes of its links */
export const renderMarkdown = (text: string, address: string, resolve: Resolve): Page => {
  const marked = rendererFor(resolve)
  const tokens = marked.lexer(text)
  const sections = sectionsOf(tokens)
  return { address, title: sections[0]?.title ?? address, main: marked.parser(tokens), sections }
}
