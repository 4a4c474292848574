import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Facts } from './facts.tsx'

interface ShownOnceProps {
  readonly title: string
  /** Why it has to be copied now. */
  readonly keep: string
  readonly label: string
  readonly secret: string
  /** The button that ends it. */
  readonly done: string
  readonly onClose: () => void
}

/** A secret that nobody can read later. */
export const ShownOnce = ({ title, keep, label, secret, done, onClose }: ShownOnceProps) => (
  <Dialog title={title} onClose={onClose} held>
    <p class="note warn">{keep}</p>
    <Facts facts={[[label, secret, { copy: true }]]} />
    <footer>
      <Button look="main" onClick={onClose}>
        {done}
      </Button>
    </footer>
  </Dialog>
)
