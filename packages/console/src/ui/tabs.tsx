/** Pages of one thing, each with an address: links, so that they can be kept, sent and opened in another tab. */
export const Tabs = ({
  label,
  tabs,
  current,
}: {
  readonly label: string
  readonly tabs: readonly {
    readonly id: string
    readonly label: string
    readonly href: string
    readonly count?: string | undefined
  }[]
  readonly current: string
}) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map((tab) => (
      <a key={tab.id} href={tab.href} aria-current={tab.id === current ? 'page' : undefined}>
        {tab.label}
        {tab.count !== undefined && <span class="count">{tab.count}</span>}
      </a>
    ))}
  </nav>
)
