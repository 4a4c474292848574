import type { ComponentChild } from 'preact'

type Figure = readonly [label: string, value: ComponentChild, tone?: 'good' | 'warn' | 'bad' | undefined]

/** A few numbers about one thing. The label says what a colour means. */
export const Figures = ({ title, figures }: { readonly title: string; readonly figures: readonly Figure[] }) => (
  <section class="card now-figures">
    <h2>{title}</h2>
    <dl>
      {figures.map(([label, value, tone], place) => (
        <div key={place}>
          <dt>{label}</dt>
          <dd class={tone && `now-${tone}`}>{value}</dd>
        </div>
      ))}
    </dl>
  </section>
)
