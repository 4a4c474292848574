import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  /** What fills it: the next step. */
  readonly children?: ComponentChildren
}

/** Stands where nothing is yet, and says what to do about it. */
export const Empty = ({ icon, title, children }: EmptyProps) => (
  <div class="empty">
    <Icon name={icon} />
    <h2>{title}</h2>
    <div class="stack">{children}</div>
  </div>
)
