import { element } from './dom.ts'

const mostShown = 200_000

const pretty = (text: string, type: string): string => {
  if (!type.includes('json')) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

const cut = (text: string): string =>
  text.length > mostShown ? `${text.slice(0, mostShown)}\n… ${text.length - mostShown} more characters` : text

const isText = (type: string): boolean => /^text\/|json|yaml|xml/.test(type)

/** What came back: status, headers and body. */
export class AnswerView {
  readonly #status = element('p', { role: 'status', class: 'status' })
  readonly #rest = element('div')
  readonly root = element('div', { class: 'answer' }, this.#status, this.#rest)

  say(text: string, kind = ''): void {
    this.#status.textContent = text
    this.#status.className = `status ${kind}`
    this.#rest.replaceChildren()
  }

  /** Shows an answer as it comes; a stream until it is stopped. */
  async show(answer: Response, ms: number): Promise<void> {
    this.say(`${answer.status} ${answer.statusText} · ${Math.round(ms)} ms`, answer.ok ? 'good' : 'bad')
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
    const body = element('div')
    this.#rest.replaceChildren(
      element('h4', {}, 'Body'),
      body,
      element('h4', {}, 'Headers'),
      element('pre', {}, element('code', {}, headers)),
    )
    const type = answer.headers.get('content-type') ?? ''
    if (type.startsWith('text/event-stream')) return this.#stream(answer, body)
    if (!isText(type) && type !== '') return this.#file(await answer.blob(), body)
    const text = await answer.text()
    body.replaceChildren(text ? element('pre', {}, element('code', {}, cut(pretty(text, type)))) : 'No body')
  }

  async #stream(answer: Response, body: HTMLElement): Promise<void> {
    const shown = element('code')
    body.replaceChildren(element('pre', { 'aria-live': 'polite' }, shown))
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      shown.textContent = `${shown.textContent}${part.value}`.slice(-mostShown)
  }

  #file(blob: Blob, body: HTMLElement): void {
    const href = URL.createObjectURL(blob)
    const link = element('a', { href, download: 'file' }, `Save the file: ${blob.type}, ${blob.size} bytes`)
    body.replaceChildren(
      ...(blob.type.startsWith('image/') ? [element('img', { src: href, alt: 'The picture of the answer' })] : []),
      element('p', {}, link),
    )
  }
}
