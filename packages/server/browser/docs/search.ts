import { byId, element } from './dom.ts'

/** As search.json has them: see docs-page/search-index.ts. */
interface Entry {
  readonly kind: string
  readonly name: string
  readonly to: string
  readonly summary: string
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

class Search {
  readonly #input = byId('q', HTMLInputElement)
  readonly #list = byId('found', HTMLUListElement)
  #chosen = -1

  start(): void {
    this.#input.closest<HTMLElement>('search')!.hidden = false
    this.#input.addEventListener('focus', () => void load())
    this.#input.addEventListener('input', () => void this.#show())
    this.#input.addEventListener('keydown', (event) => this.#key(event))
    this.#input.addEventListener('blur', () => this.#close())
    // A press on an entry would take the focus, and with it the list, before it is a click.
    this.#list.addEventListener('pointerdown', (event) => event.preventDefault())
    document.addEventListener('keydown', (event) => this.#slash(event))
  }

  #slash(event: KeyboardEvent): void {
    const { target, key } = event
    const writes = target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
    if (key !== '/' || writes || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    this.#input.focus()
    this.#input.select()
  }

  async #show(): Promise<void> {
    const text = this.#input.value
    const matches = found(await load(), text)
    // Something else was typed meanwhile.
    if (text !== this.#input.value) return
    const options = matches.map((entry, place) => this.#option(entry, place))
    if (options.length === 0 && text.trim())
      options.push(element('li', { role: 'option', 'aria-disabled': 'true', class: 'none' }, 'Nothing is called so'))
    this.#list.replaceChildren(...options)
    this.#list.hidden = options.length === 0
    this.#input.setAttribute('aria-expanded', String(options.length > 0))
    this.#choose(matches.length > 0 ? 0 : -1)
  }

  #option({ kind, name, to, summary }: Entry, place: number): HTMLElement {
    const option = element(
      'li',
      { role: 'option', id: `found-${place}`, 'data-to': to },
      element('span', { class: `m ${kind.toUpperCase()}` }, kind),
      element('code', {}, name),
      element('span', { class: 'q' }, summary),
    )
    option.addEventListener('click', () => this.#go(to))
    return option
  }

  get #options(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>('[data-to]')]
  }

  #choose(place: number): void {
    this.#chosen = place
    for (const [index, option] of this.#options.entries()) {
      option.setAttribute('aria-selected', String(index === place))
      if (index === place) option.scrollIntoView({ block: 'nearest' })
    }
    if (place < 0) this.#input.removeAttribute('aria-activedescendant')
    else this.#input.setAttribute('aria-activedescendant', `found-${place}`)
  }

  #key(event: KeyboardEvent): void {
    const { length } = this.#options
    const to = this.#options[this.#chosen]?.dataset['to']
    if (event.key === 'ArrowDown' && length > 0) this.#choose((this.#chosen + 1) % length)
    else if (event.key === 'ArrowUp' && length > 0) this.#choose((this.#chosen - 1 + length) % length)
    else if (event.key === 'Enter' && to !== undefined) this.#go(to)
    else if (event.key === 'Escape') this.#close()
    else return
    event.preventDefault()
  }

  #close(): void {
    this.#list.hidden = true
    this.#input.setAttribute('aria-expanded', 'false')
    this.#input.removeAttribute('aria-activedescendant')
  }

  #go(to: string): void {
    this.#close()
    this.#input.blur()
    location.assign(new URL(to, location.href.replace(/[?#].*/s, '')))
  }
}

/** Finds operations, events, errors and words of the guide. The key `/` goes to it. */
export const offerSearch = (): void => new Search().start()
