import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { customerApi } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen, session } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { protectionWords } from './words.ts'

const things = ['message_days', 'media_days', 'event_days', 'delivery_days', 'audit_days'] as const
type Thing = (typeof things)[number]

export const Retention = () => {
  const t = protectionWords()
  const changed = useSignal<Partial<Record<Thing, string>>>({})
  const counts = useSignal<Partial<Record<Thing, number>>>({})
  const { act, running, error } = useAct()
  const {
    data,
    error: failure,
    refresh,
  } = useQuery(`retention ${chosen.value.apiKeyId}`, (signal) => customerApi.peek()!.retention.get({ signal }))
  const current = data.value
  // Only the operator says how long the audit is kept.
  const shown = things.filter((thing) => thing !== 'audit_days' || session.value?.kind === 'operator')
  const shownOf = (thing: Thing): string => changed.value[thing] ?? String(current?.own[thing] ?? '')
  const given = (): Partial<Record<Thing, number | null>> =>
    Object.fromEntries(
      Object.entries(changed.value).map(([thing, text]) => [thing, text.trim() === '' ? null : Number(text)]),
    )
  const check = async (): Promise<void> => {
    const query = Object.fromEntries(Object.entries(given()).filter(([, days]) => days !== null))
    await act(
      async () => {
        counts.value = (await customerApi.peek()!.retention.preview({ query })).rows
      },
      undefined,
      { quiet: true },
    )
  }
  const save = async (): Promise<void> => {
    if (!(await act(() => customerApi.peek()!.retention.update({ body: given() }), t.saved, { quiet: true }))) return
    changed.value = {}
    await refresh()
  }
  return (
    <Section title={t.retention}>
      <Failure error={failure.value} onRetry={refresh} />
      {current && (
        <form
          class="card stack"
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <p class="quiet">{t.retentionText}</p>
          <Failure error={error.value} />
          {shown.map((thing) => (
            <TextField
              key={thing}
              label={t.things[thing]}
              type="number"
              min="0"
              max="36500"
              inputMode="numeric"
              help={[
                t.standard(String(current.standard[thing])),
                counts.value[thing] !== undefined && t.wouldGo(counts.value[thing]!.toLocaleString()),
              ]
                .filter(Boolean)
                .join(' · ')}
              value={shownOf(thing)}
              onValue={(value) => {
                changed.value = { ...changed.value, [thing]: value }
              }}
            />
          ))}
          <footer>
            <Button busy={running.value} onClick={() => void check()}>
              {t.check}
            </Button>{' '}
            <Button look="main" type="submit" busy={running.value} disabled={Object.keys(changed.value).length === 0}>
              {t.save}
            </Button>
          </footer>
        </form>
      )}
    </Section>
  )
}
