import { byId, element } from './dom.ts'

/** One line of what was found. */
export interface Found {
  readonly kind: string
  readonly name: string
  readonly summary: string
  /** Where it leads, from the page that shows it or as a whole address. */
  readonly to: string
}

export interface Finder {
  /** Called when somebody is about to search. */
  prepare(): void
  find(text: string): Promise<readonly Found[]>
}

/** The field for a search, and the list below it. The key `/` goes to it. */
export class SearchBox {
  readonly #input = byId('q', HTMLInputElement)
  readonly #list = byId('found', HTMLUListElement)
  readonly #finder: Finder
  #chosen = -1

  constructor(finder: Finder) {
    this.#finder = finder
  }

  start(): void {
    this.#input.closest<HTMLElement>('search')!.hidden = false
    this.#input.addEventListener('focus', () => this.#finder.prepare())
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
    const matches = await this.#finder.find(text)
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

  #option({ kind, name, to, summary }: Found, place: number): HTMLElement {
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
