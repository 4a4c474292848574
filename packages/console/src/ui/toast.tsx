import { signal } from '@preact/signals'
import { common } from '../words/common.ts'
import { Icon } from './icon.tsx'

export interface Toast {
  readonly id: number
  readonly tone: 'good' | 'bad' | 'plain'
  readonly text: string
}

const toasts = signal<readonly Toast[]>([])
let last = 0

const remove = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

/** Says something at the edge of the page for some seconds, also to screen readers. What went wrong stays until it is closed. */
export const say = (text: string, tone: Toast['tone'] = 'good'): void => {
  const id = ++last
  toasts.value = [...toasts.value.slice(-3), { id, tone, text }]
  if (tone !== 'bad') setTimeout(() => remove(id), 6_000)
}

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(({ id, tone, text }) => (
      <div key={id} class={`toast ${tone}`}>
        <Icon name={tone === 'bad' ? 'alert' : 'check'} />
        <span dir="auto">{text}</span>
        <button type="button" class="icon-button" aria-label={common().close} onClick={() => remove(id)}>
          <Icon name="close" />
        </button>
      </div>
    ))}
  </div>
)
