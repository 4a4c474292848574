import { all, element } from '../../../packages/server/browser/docs/dom.ts'

/** A button at each block of code outside of the samples of the API, which have their own. */
export const offerCopies = (): void => {
  for (const block of all('main pre[data-language]')) {
    const button = element('button', { type: 'button', class: 'copy' }, 'Copy')
    button.addEventListener('click', async () => {
      button.textContent = await navigator.clipboard.writeText(block.textContent ?? '').then(
        () => 'Copied',
        () => 'Select the text to copy it',
      )
      setTimeout(() => (button.textContent = 'Copy'), 2000)
    })
    const frame = element('div', { class: 'code' })
    block.replaceWith(frame)
    frame.append(block, button)
  }
}
