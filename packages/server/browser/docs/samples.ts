import { all, element } from './dom.ts'
import { remembered } from './remembered.ts'

const language = remembered('switchboard-docs-language')

const figuresOf = (block: HTMLElement): HTMLElement[] => all('figure[data-language]', block)

/** Shows the sample in the language that the reader chose, where there is one in it. */
const show = (block: HTMLElement, wanted: string | undefined): void => {
  const figures = figuresOf(block)
  const shown = figures.find((figure) => figure.dataset['language'] === wanted) ?? figures[0]
  for (const figure of figures) figure.hidden = figure !== shown
  for (const button of all('button[data-choose]', block))
    button.setAttribute('aria-pressed', String(button.dataset['choose'] === shown?.dataset['language']))
}

const copyButton = (block: HTMLElement): HTMLElement => {
  const button = element('button', { type: 'button', class: 'copy' }, 'Copy')
  button.addEventListener('click', async () => {
    const text =
      figuresOf(block)
        .find(({ hidden }) => !hidden)
        ?.querySelector('pre')?.textContent ?? ''
    await navigator.clipboard.writeText(text).then(
      () => (button.textContent = 'Copied'),
      () => (button.textContent = 'Select the text to copy it'),
    )
    setTimeout(() => (button.textContent = 'Copy'), 2000)
  })
  return button
}

const choose = (wanted: string): void => {
  language.set(wanted)
  for (const block of all('.samples')) show(block, wanted)
}

const addButtons = (block: HTMLElement): void => {
  const buttons = figuresOf(block).map((figure) => {
    const caption = figure.querySelector('figcaption')
    const name = figure.dataset['language'] ?? ''
    const button = element('button', { type: 'button', 'data-choose': name }, caption?.textContent ?? name)
    button.addEventListener('click', () => choose(name))
    caption?.remove()
    figure.setAttribute('aria-label', `Sample in ${button.textContent}`)
    return button
  })
  block.prepend(
    element(
      'div',
      { class: 'choices', role: 'group', 'aria-label': 'Language of the sample' },
      ...buttons,
      copyButton(block),
    ),
  )
}

/** One sample at a time, in the language that this browser remembers. */
export const showSamples = (): void => {
  for (const block of all('.samples')) {
    addButtons(block)
    show(block, language.get())
  }
}
