import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { common } from '../words/common.ts'
import { Button, IconButton } from './button.tsx'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly wide?: boolean
  /** It shows what nobody can read later: only a button ends it, no slip of Escape or of the mouse. */
  readonly held?: boolean
}

/** Browsers close a dialog by a second Escape even when the first one is refused: the key itself is taken, wherever the focus is. */
const hold = (dialog: HTMLDialogElement): (() => void) => {
  const takeEscape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') event.preventDefault()
  }
  // What had the focus may be gone with the form.
  dialog.querySelector<HTMLElement>('button')?.focus()
  document.addEventListener('keydown', takeEscape, { capture: true })
  return () => document.removeEventListener('keydown', takeEscape, { capture: true })
}

/** A window over the page, while it is rendered. The browser keeps the focus inside, and gives it back. */
export const Dialog = ({ title, onClose, children, wide, held }: DialogProps) => {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => ref.current?.showModal(), [])
  useEffect(() => (held ? hold(ref.current!) : undefined), [held])
  const onBackdrop = (event: MouseEvent): void => {
    if (event.target === ref.current && !held) onClose()
  }
  const onCancel = (event: Event): void => {
    if (held) event.preventDefault()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser closes a dialog by Escape
    <dialog
      ref={ref}
      class={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={onCancel}
      onClick={onBackdrop}
    >
      <div class="dialog-body">
        <header>
          <h2 id={id}>{title}</h2>
          {!held && <IconButton icon="close" label={common().close} onClick={onClose} />}
        </header>
        {children}
      </div>
    </dialog>
  )
}

interface ConfirmProps {
  readonly title: string
  readonly children: ComponentChildren
  /** What the button does, as a verb. */
  readonly confirm: string
  readonly danger?: boolean
  readonly busy?: boolean
  /** Something has to be done before. */
  readonly disabled?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something that cannot be taken back. */
export const Confirm = ({ title, children, confirm, danger, busy, disabled, onConfirm, onClose }: ConfirmProps) => (
  <Dialog title={title} onClose={onClose}>
    <div class="stack">{children}</div>
    <footer>
      <Button onClick={onClose}>{common().cancel}</Button>
      <Button look={danger ? 'danger' : 'main'} busy={busy ?? false} disabled={disabled ?? false} onClick={onConfirm}>
        {confirm}
      </Button>
    </footer>
  </Dialog>
)

/** The last row of a dialog that is a form. */
export const FormFooter = ({
  submit,
  busy,
  disabled,
  onClose,
}: {
  /** What the form does, as a verb. */
  readonly submit: string
  readonly busy?: boolean
  readonly disabled?: boolean
  readonly onClose: () => void
}) => (
  <footer>
    <Button onClick={onClose}>{common().cancel}</Button>
    <Button look="main" type="submit" busy={busy ?? false} disabled={disabled ?? false}>
      {submit}
    </Button>
  </footer>
)
