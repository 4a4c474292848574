import MiniSearch from 'minisearch'
import type { Finder, Found } from '../../../packages/server/browser/docs/search-box.ts'
import { searchOptions } from '../search-options.ts'

/** This script lies in a folder of its own below the root of the site. */
const root = new URL('..', import.meta.url)

let index: Promise<MiniSearch | undefined> | undefined

/** Loaded when somebody begins to search. What failed is tried again. */
const load = (): Promise<MiniSearch | undefined> => {
  index ??= fetch(new URL('search.json', root))
    .then((answer) => answer.text())
    .then((text) => MiniSearch.loadJSON(text, searchOptions))
    .catch(() => {
      index = undefined
      return undefined
    })
  return index
}

export const finder: Finder = {
  prepare: () => void load(),
  find: async (text) => {
    const found = (await load())?.search(text) ?? []
    return found
      .slice(0, 30)
      .map(({ kind, name, summary, to }) => ({ kind, name, summary, to: new URL(to, root).href }) as Found)
  },
}
