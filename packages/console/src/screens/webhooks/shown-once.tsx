import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Facts } from '../../ui/facts.tsx'
import { webhookWords } from './words.ts'

/** A secret that nobody can read later. */
export const ShownOnce = ({
  title,
  secret,
  onClose,
}: {
  readonly title: string
  readonly secret: string
  readonly onClose: () => void
}) => {
  const t = webhookWords()
  return (
    <Dialog title={title} onClose={onClose} held>
      <p class="note warn">{t.keep}</p>
      <Facts facts={[[t.secret, secret, { copy: true }]]} />
      <footer>
        <Button look="main" onClick={onClose}>
          {t.done}
        </Button>
      </footer>
    </Dialog>
  )
}
