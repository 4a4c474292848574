import { useAct } from '../../data/act.ts'
import { api } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { common } from '../../words/common.ts'
import { locale } from '../../words/words.ts'
import { Nodes } from './nodes.tsx'
import { Settings } from './settings.tsx'
import { systemWords } from './words.ts'

const bytes = (count: number): string => {
  const [unit, size] = count >= 1e9 ? (['gigabyte', 1e9] as const) : (['megabyte', 1e6] as const)
  return (count / size).toLocaleString(locale(), { style: 'unit', unit, maximumFractionDigits: 1 })
}

const System = () => {
  const t = systemWords()
  const { data, error, refresh } = useQuery('settings', (signal) => api.admin.getSettings({ signal }), {
    everyMs: 30_000,
  })
  const { act, running } = useAct()
  const facts = data.value
  const compare = async (): Promise<void> => {
    await act(() => api.admin.refreshWebVersion(), t.refreshed)
    await refresh()
  }
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={facts && <CopyButton label={t.bundle} text={`${JSON.stringify(facts, null, 2)}\n`} />}
    >
      <Failure error={error.value} onRetry={refresh} />
      {!facts && !error.value && <p class="quiet">{common().loading}</p>}
      {facts?.sandbox && <p class="note">{t.sandbox}</p>}
      {facts && (
        <Facts
          facts={[
            [t.version, facts.version],
            [t.node, facts.node],
            [t.started, <Time at={facts.started_at} />],
            [t.whatsapp, facts.whatsapp_web.wa_web_version.string],
            [
              t.age,
              <span class="row">
                {facts.whatsapp_web.age_seconds === null ? (
                  common().never
                ) : (
                  <Time at={new Date(Date.now() - facts.whatsapp_web.age_seconds * 1000).toISOString()} as="relative" />
                )}
                <Button icon="refresh" look="quiet" busy={running.value} onClick={() => void compare()}>
                  {t.refresh}
                </Button>
              </span>,
            ],
            [t.database, `${facts.database.kind}: ${facts.database.place}`],
            [t.size, bytes(facts.database.size_bytes)],
            [t.folder, facts.data_dir.path, { copy: true }],
            [
              t.free,
              facts.data_dir.free_bytes !== null &&
                t.freeOf(bytes(facts.data_dir.free_bytes), bytes(facts.data_dir.total_bytes ?? 0)),
            ],
          ]}
        />
      )}
      <Nodes />
      {facts && (
        <Section title={t.settings}>
          <p class="quiet">{t.settingsText}</p>
          <Settings settings={facts.settings} />
        </Section>
      )}
    </Page>
  )
}

export default System
