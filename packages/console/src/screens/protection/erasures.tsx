import { useSignal } from '@preact/signals'
import type { Erasure } from '@switchboard/client'
import { customerApi } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Section } from '../../ui/page.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { Erase } from './erase.tsx'
import { protectionWords } from './words.ts'

const removed = ({ removed }: Erasure): string =>
  Object.values(removed)
    .reduce((sum, count) => sum + count, 0)
    .toLocaleString()

const columnsOf = (): Column<Erasure>[] => {
  const t = protectionWords()
  return [
    { id: 'what', title: t.columns.what, cell: ({ kind }) => <strong>{t.what[kind]}</strong> },
    { id: 'state', title: t.columns.state, cell: ({ state }) => t.states[state] },
    {
      id: 'removed',
      title: t.columns.removed,
      from: 'medium',
      cell: (erasure) => <span class="quiet">{t.rows(removed(erasure))}</span>,
    },
    { id: 'when', title: t.columns.when, width: 9, cell: ({ requested_at }) => <Time at={requested_at} /> },
  ]
}

const Proof = ({ erasure, onClose }: { readonly erasure: Erasure; readonly onClose: () => void }) => {
  const t = protectionWords()
  const { facts } = t
  return (
    <Dialog title={t.proof} wide onClose={onClose}>
      <Facts
        facts={[
          [t.columns.what, t.what[erasure.kind]],
          [t.columns.state, t.states[erasure.state]],
          [facts.id, <code key="id">{erasure.erasure_id}</code>],
          [facts.hash, erasure.subject_hash && <code key="hash">{erasure.subject_hash}</code>],
          [facts.by, erasure.requested_by],
          [t.columns.removed, t.rows(removed(erasure))],
          [facts.sends, String(erasure.cancelled.sends)],
          [facts.deliveries, String(erasure.cancelled.deliveries)],
          [facts.files, erasure.statement],
          [facts.outside, erasure.not_covered.join('. ')],
        ]}
      />
    </Dialog>
  )
}

export const Erasures = () => {
  const t = protectionWords()
  const asking = useSignal(false)
  const opened = useSignal<string | undefined>(undefined)
  const { data, error, refresh } = useQuery(
    `erasures ${chosen.value.apiKeyId}`,
    async (signal) => (await customerApi.peek()!.erasures.list({ query: { limit: 100 }, signal })).erasures,
    { everyMs: 3_000 },
  )
  const list = data.value
  const current = list?.find(({ erasure_id }) => erasure_id === opened.value)
  const erase = (
    <Button look="danger" icon="trash" onClick={() => (asking.value = true)}>
      {t.eraseTitle}
    </Button>
  )
  const close = (): void => {
    asking.value = false
    opened.value = undefined
    void refresh()
  }
  return (
    <Section title={t.erasures} actions={list && list.length > 0 && erase}>
      <Failure error={error.value} onRetry={refresh} />
      {list && list.length > 0 && (
        <Table
          label={t.erasures}
          columns={columnsOf()}
          rows={list}
          rowHeight={48}
          onOpen={({ erasure_id }) => (opened.value = erasure_id)}
        />
      )}
      {list?.length === 0 && (
        <Empty icon="trash" title={t.none}>
          <p>{t.noneText}</p>
          {erase}
        </Empty>
      )}
      {asking.value && <Erase onClose={close} />}
      {current && <Proof erasure={current} onClose={close} />}
    </Section>
  )
}
