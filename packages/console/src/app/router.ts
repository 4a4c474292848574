import { signal } from '@preact/signals'

/** Where the console lies, from the root of the host: `/console/`, or `/prefix/console/`. The page says it in its `<base>`. */
const basePath = new URL(document.baseURI).pathname

/** The address below the console. */
export interface Place {
  /** `['devices', '3f…']` for `/console/devices/3f…`. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
}

/** @throws URIError for an address with broken escapes */
const read = ({ pathname, search }: Pick<Location, 'pathname' | 'search'>): Place => ({
  parts: pathname.slice(basePath.length).split('/').filter(Boolean).map(decodeURIComponent),
  query: new URLSearchParams(search),
})

const readSafely = (): Place => {
  try {
    return read(location)
  } catch {
    return { parts: ['?'], query: new URLSearchParams() }
  }
}

export const place = signal<Place>(readSafely())

/** Fields of the query that stay when another page is opened: who the operator acts as. */
const lasting = ['customer', 'device'] as const

type Query = Readonly<Record<string, string | undefined>>

/** The address of a page of the console, for `<a href>`. Relative to the console; the chosen customer and device stay. `undefined` takes a field away. */
export const href = (parts: string | readonly string[], query: Query = {}): string => {
  const path = [parts].flat().map(encodeURIComponent).join('/')
  const kept = lasting.map((name) => [name, place.value.query.get(name) ?? undefined] as const)
  const fields = Object.entries({ ...Object.fromEntries(kept), ...query })
  const search = new URLSearchParams(fields.filter((field): field is [string, string] => field[1] !== undefined))
  return `${path}${search.size > 0 ? `?${search}` : ''}` || './'
}

/** The reader has gone somewhere since the page was loaded. Until then the browser decides where the focus is. */
export let hasMoved = false

export const move = (): void => {
  hasMoved = true
}

/** Opens a page of the console. */
export const go = (address: string, { replace = false } = {}): void => {
  if (!replace) move()
  history[replace ? 'replaceState' : 'pushState'](null, '', new URL(address, document.baseURI))
  place.value = readSafely()
}

/** Changes fields of the query of this page, without a new entry in the history. */
export const setQuery = (query: Query): void => {
  const fields = { ...Object.fromEntries(place.value.query), ...query }
  go(href(place.value.parts, fields), { replace: true })
}

const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/** Links of the console open without loading the page again. */
const follow = (event: MouseEvent): void => {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || !isPlain(event) || link.target || link.hasAttribute('download')) return
  const url = new URL(link.href)
  if (url.origin !== location.origin || !url.pathname.startsWith(basePath)) return
  event.preventDefault()
  go(url.href)
}

export const startRouter = (): void => {
  addEventListener('popstate', () => {
    move()
    place.value = readSafely()
  })
  document.addEventListener('click', follow)
}
