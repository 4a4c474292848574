import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Facts } from '../../ui/facts.tsx'
import { accessKeyWords } from './words.ts'

/** A key that nobody can read later. */
export const ShownOnce = ({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) => {
  const t = accessKeyWords()
  return (
    <Dialog title={t.created} onClose={onClose} held>
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
