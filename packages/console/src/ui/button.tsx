import type { ComponentChildren, JSX } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps extends Omit<JSX.IntrinsicElements['button'], 'icon' | 'size'> {
  /** `main`: the one thing to do here. `danger`: takes something away. `quiet`: without a frame. */
  readonly look?: 'main' | 'plain' | 'danger' | 'quiet'
  readonly icon?: IconName
  /** Shows that it works on it, and cannot be pressed meanwhile. */
  readonly busy?: boolean
  readonly children: ComponentChildren
}

export const Button = ({ look = 'plain', icon, busy, children, type = 'button', disabled, ...rest }: ButtonProps) => (
  <button
    {...rest}
    type={type}
    class={`button ${look === 'main' ? 'primary' : look}`}
    disabled={disabled || busy}
    aria-busy={busy || undefined}
  >
    {icon && <Icon name={icon} />}
    <span>{children}</span>
  </button>
)

/** A button of a picture alone; its name is read out and shown as a tooltip. */
export const IconButton = ({
  icon,
  label,
  ...rest
}: Omit<JSX.IntrinsicElements['button'], 'icon' | 'label'> & { readonly icon: IconName; readonly label: string }) => (
  <button type="button" {...rest} class="icon-button" aria-label={label} title={label}>
    <Icon name={icon} />
  </button>
)
