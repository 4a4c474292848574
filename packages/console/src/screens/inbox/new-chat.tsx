import { useSignal } from '@preact/signals'
import { go } from '../../app/router.ts'
import { Dialog, FormFooter } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { inboxWords } from './words.ts'

/** `+49 170 12345678` → its address. What has an `@` is an address already. */
const addressFrom = (text: string): string => {
  const given = text.trim()
  return given.includes('@') ? given : `${given.replace(/[^0-9]/g, '')}@s.whatsapp.net`
}

export const NewChat = ({
  addressOf,
  onClose,
}: {
  readonly addressOf: (jid: string) => string
  readonly onClose: () => void
}) => {
  const t = inboxWords()
  const to = useSignal('')
  const open = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!/\d/.test(to.peek())) return
    go(addressOf(addressFrom(to.peek())))
    onClose()
  }
  return (
    <Dialog title={t.newChat} onClose={onClose}>
      <form class="stack" onSubmit={open}>
        <TextField
          label={t.number}
          help={t.numberHelp}
          required
          value={to.value}
          onValue={(value) => {
            to.value = value
          }}
        />
        <FormFooter submit={t.open} onClose={onClose} />
      </form>
    </Dialog>
  )
}
