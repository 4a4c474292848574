import { type Found, SearchBox } from './search-box.ts'

/** As search.json has them: see docs-page/search-index.ts. */
interface Entry extends Found {
  readonly also?: string
  readonly words: string
}

const most = 30

/** How well an entry fits all of the words; 0 when one is not in it. */
const fit = ({ kind, name, to, summary, also = '', words }: Entry, wanted: readonly string[]): number => {
  const places: readonly (readonly [string, number])[] = [
    [name.toLowerCase(), 8],
    [to.toLowerCase(), 6],
    [also.toLowerCase(), 5],
    [`${summary} ${kind}`.toLowerCase(), 3],
    [words.toLowerCase(), 1],
  ]
  let sum = 0
  for (const word of wanted) {
    const best = Math.max(...places.map(([text, weight]) => (text.includes(word) ? weight : 0)))
    if (best === 0) return 0
    sum += best
  }
  // Of two that fit alike the shorter name is meant.
  return sum - name.length / 1000
}

const found = (entries: readonly Entry[], text: string): Entry[] => {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return []
  return entries
    .map((entry) => ({ entry, fits: fit(entry, wanted) }))
    .filter(({ fits }) => fits > 0)
    .sort((a, b) => b.fits - a.fits)
    .slice(0, most)
    .map(({ entry }) => entry)
}

let entries: Promise<readonly Entry[]> | undefined
/** Loaded when somebody begins to search. What failed is tried again. */
const load = (): Promise<readonly Entry[]> => {
  entries ??= fetch('search.json').then((answer) => answer.json() as Promise<readonly Entry[]>)
  return entries.catch(() => {
    entries = undefined
    return []
  })
}

/** Finds operations, events, errors and words of the guide. */
export const offerSearch = (): void =>
  new SearchBox({ prepare: () => void load(), find: async (text) => found(await load(), text) }).start()
