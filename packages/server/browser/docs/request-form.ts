import { apiBase, element } from './dom.ts'

/** What the box of an operation says about its request, in its attributes. */
export interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly isDestructive: boolean
  /** The field of a form that takes a file. */
  readonly fileField: string | undefined
}

type Place = 'path' | 'query' | 'header'

interface Parameter {
  readonly place: Place
  readonly name: string
  readonly input: HTMLInputElement
}

const freshKey = (): string => `try-${Math.random().toString(36).slice(2)}${Date.now().toString(36)}`

let forms = 0

/** The inputs of a request, filled in with the examples. */
export class RequestForm {
  readonly #operation: Operation
  readonly #parameters: Parameter[] = []
  readonly #body: HTMLTextAreaElement | undefined
  readonly #file: HTMLInputElement | undefined
  readonly rows: HTMLElement[] = []

  constructor(operation: Operation, box: HTMLElement) {
    this.#operation = operation
    const form = ++forms
    const row = (label: string, input: HTMLElement): void => {
      input.id = `try-${form}-${this.rows.length}`
      this.rows.push(element('label', { for: input.id }, label), input)
    }
    for (const { dataset } of box.querySelectorAll<HTMLElement>('[data-in]')) {
      const place = dataset['in'] as Place
      const name = dataset['name'] ?? ''
      if (name === 'Last-Event-ID') continue
      const required = dataset['required'] !== undefined
      const value = name === 'Idempotency-Key' ? freshKey() : (dataset['example'] ?? '')
      const input = element('input', { value, required, spellcheck: 'false', autocomplete: 'off' })
      this.#parameters.push({ place, name, input })
      row(`${name} (${place}${required ? '' : ', may be blank'})`, input)
    }
    const example = box.querySelector('pre[data-body]')
    if (example) {
      const body = element('textarea', { rows: '6', spellcheck: 'false' })
      body.value = example.textContent ?? ''
      this.#body = body
      row('Body (JSON)', body)
    }
    if (operation.fileField !== undefined) {
      this.#file = element('input', { type: 'file' })
      row(`${operation.fileField} (a file, in addition to the other fields)`, this.#file)
    }
  }

  #valuesIn(place: Place): [string, string][] {
    return this.#parameters
      .filter((each) => each.place === place && each.input.value !== '')
      .map(({ name, input }) => [name, input.value])
  }

  get url(): string {
    const values = new Map(this.#valuesIn('path'))
    const path = this.#operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(values.get(name) ?? ''),
    )
    const query = new URLSearchParams(this.#valuesIn('query'))
    return `${apiBase}${path}${query.size > 0 ? `?${query}` : ''}`
  }

  get headers(): Record<string, string> {
    const json = this.#body && !this.#hasFile && this.#body.value.trim() ? { 'Content-Type': 'application/json' } : {}
    return { ...json, ...Object.fromEntries(this.#valuesIn('header')) }
  }

  get #hasFile(): boolean {
    return (this.#file?.files?.length ?? 0) > 0
  }

  /** @throws SyntaxError when the body has to become a form, and is not JSON */
  get body(): BodyInit | undefined {
    const text = this.#body?.value.trim()
    if (!this.#hasFile) return text || undefined
    const form = new FormData()
    form.append(this.#operation.fileField ?? 'file', this.#file!.files![0]!)
    // The file is where the body of the example says that it is at some address.
    const { url: _url, ...fields } = (text ? JSON.parse(text) : {}) as Record<string, unknown>
    for (const [name, value] of Object.entries(fields))
      form.append(name, typeof value === 'string' ? value : JSON.stringify(value))
    return form
  }
}
