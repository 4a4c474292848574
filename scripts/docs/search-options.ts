import type { Options } from 'minisearch'

/** How the index is made, and read by a browser: both must agree. */
export const searchOptions: Options = {
  fields: ['name', 'also', 'text'],
  storeFields: ['kind', 'name', 'summary', 'to'],
  searchOptions: {
    boost: { name: 5, also: 2 },
    prefix: true,
    fuzzy: (word) => (word.length > 4 ? 0.2 : false),
    combineWith: 'AND',
    // Guides and the reference before what is said in passing elsewhere.
    boostDocument: (_id, _term, stored) => (stored?.['kind'] === 'Page' ? 0.5 : 1),
  },
}
