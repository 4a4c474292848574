import type { ComponentChildren } from 'preact'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'plain'

/** A state in a word, with a shape and a colour that say the same. */
export const Badge = ({
  tone,
  children,
  title,
}: {
  readonly tone: Tone
  readonly children: ComponentChildren
  readonly title?: string
}) => (
  <span class={`badge ${tone}`} title={title}>
    <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      {marks[tone]}
    </svg>
    {children}
  </span>
)

const marks = {
  good: <circle cx="5" cy="5" r="4" />,
  busy: <path d="M5 1a4 4 0 1 0 4 4" class="line" />,
  warn: <path d="M5 .8 9.5 9H.5z" />,
  bad: <path d="M1 1h8v8H1z" />,
  plain: <circle cx="5" cy="5" r="3.2" class="line" />,
} satisfies Record<Tone, unknown>
