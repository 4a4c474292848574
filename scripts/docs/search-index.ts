import MiniSearch from 'minisearch'
import type { Page } from './page.ts'
import { searchOptions } from './search-options.ts'

/** One thing that can be found. */
export interface Findable {
  readonly kind: string
  readonly name: string
  readonly summary: string
  /** From the root of the site. */
  readonly to: string
  /** What people also call it. */
  readonly also: string
  /** Further words by which it is found. */
  readonly text: string
}

const shortened = (text: string, most = 110): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= most ? line : `${line.slice(0, line.lastIndexOf(' ', most))} …`
}

/** What a page is, by the folder that it is in. */
const kindOf = (address: string): string =>
  address.startsWith('guide/') ? 'Guide' : /^(reference\/|webhook-events)/.test(address) ? 'Reference' : 'Page'

/** The parts of a page. */
export const findableParts = ({ address, title, sections }: Page): Findable[] =>
  sections.map(({ anchor, title: name, depth, text }) => ({
    kind: kindOf(address),
    name,
    summary: depth === 1 ? shortened(text) : title,
    to: depth === 1 ? address : `${address}#${anchor}`,
    also: depth === 1 ? '' : title,
    text,
  }))

/** The index that a browser loads, as JSON. */
export const searchIndexOf = (findable: readonly Findable[]): string => {
  const index = new MiniSearch(searchOptions)
  index.addAll(findable.map((each, id) => ({ id, ...each })))
  return JSON.stringify(index)
}
