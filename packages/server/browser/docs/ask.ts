import { element } from './dom.ts'

/** Asks before something is done that cannot be undone. */
export const ask = (question: string, detail: string, yes: string): Promise<boolean> => {
  const form = element(
    'form',
    { method: 'dialog' },
    element('h2', { id: 'question' }, question),
    element('p', {}, element('code', {}, detail)),
    element(
      'p',
      { class: 'buttons' },
      element('button', { value: 'no', autofocus: true }, 'Cancel'),
      element('button', { value: 'yes', class: 'danger' }, yes),
    ),
  )
  const dialog = element('dialog', { 'aria-labelledby': 'question' }, form)
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
  })
}
