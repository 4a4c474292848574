import { AnswerView } from './answer-view.ts'
import { ask } from './ask.ts'
import { credentialOf, credentialWords, onCredential } from './credential.ts'
import { all, byId, element } from './dom.ts'
import { type Operation, RequestForm } from './request-form.ts'

const operationOf = (box: HTMLDetailsElement): Operation => ({
  id: box.querySelector('.box')?.id ?? '',
  method: box.dataset['method'] ?? 'GET',
  path: box.dataset['path'] ?? '',
  isDestructive: box.dataset['destructive'] !== undefined,
  fileField: box.dataset['file'],
})

/** Tries one operation with what the reader filled in. */
class Trial {
  readonly #operation: Operation
  readonly #form: RequestForm
  readonly #answer = new AnswerView()
  readonly #send = element('button', { class: 'main' }, 'Send')
  readonly #stop = element('button', { type: 'button', hidden: true }, 'Stop')
  readonly #who = element('button', { type: 'button', class: 'link' })
  #running: AbortController | undefined
  readonly root: HTMLElement

  constructor(box: HTMLDetailsElement) {
    this.#operation = operationOf(box)
    this.#form = new RequestForm(this.#operation, box)
    const form = element(
      'form',
      {},
      ...this.#form.rows,
      element('p', { class: 'buttons' }, this.#send, this.#stop, element('span', { class: 'q' }, 'As: ', this.#who)),
    )
    this.root = element('div', { class: 'trial' }, form, this.#answer.root)
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void this.#run()
    })
    this.#stop.addEventListener('click', () => this.#running?.abort())
    this.#who.addEventListener('click', () => byId('credential', HTMLButtonElement).click())
    const name = () => (this.#who.textContent = credentialWords())
    onCredential(name)
    name()
  }

  async #run(): Promise<void> {
    const { method, path, isDestructive } = this.#operation
    if (isDestructive && !(await ask('This cannot be undone. Do it?', `${method} ${path}`, 'Do it'))) {
      this.#answer.say('Nothing was sent.')
      return
    }
    this.#running = new AbortController()
    this.#send.disabled = true
    this.#stop.hidden = false
    this.#answer.say('Sending…')
    try {
      await this.#exchange(this.#running.signal)
    } catch (error) {
      const stopped = this.#running.signal.aborted
      this.#answer.say(
        stopped ? 'Stopped.' : `No answer: ${error instanceof Error ? error.message : error}`,
        stopped ? '' : 'bad',
      )
    } finally {
      this.#send.disabled = false
      this.#stop.hidden = true
    }
  }

  async #exchange(signal: AbortSignal): Promise<void> {
    const { method } = this.#operation
    const { headers, credentials } = credentialOf()
    const { body, url } = this.#form
    const begun = performance.now()
    const answer = await fetch(url, {
      ...{ method, signal, headers: { ...this.#form.headers, ...headers }, redirect: 'manual', cache: 'no-store' },
      ...(credentials && { credentials }),
      ...(body !== undefined && { body }),
    })
    await this.#answer.show(answer, performance.now() - begun)
  }
}

const addButton = (box: HTMLDetailsElement): void => {
  const button = element('button', { type: 'button', 'aria-expanded': 'false' }, 'Try it')
  let trial: Trial | undefined
  button.addEventListener('click', () => {
    if (!trial) {
      trial = new Trial(box)
      button.parentElement?.after(trial.root)
    } else trial.root.hidden = !trial.root.hidden
    button.setAttribute('aria-expanded', String(!trial.root.hidden))
  })
  box.querySelector('.box > .samples, .box > .q')?.after(element('p', { class: 'buttons' }, button))
}

/** A form in the box of each operation, made when it is asked for. */
export const offerTrials = (): void => {
  // A socket is no request that a page can show.
  for (const box of all<HTMLDetailsElement>('details[data-method]'))
    if (box.dataset['path'] !== '/events/socket') addButton(box)
}
