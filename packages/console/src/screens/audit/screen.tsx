import { useSignal } from '@preact/signals'
import type { AuditEntry } from '@switchboard/client'
import { useTextInAddress } from '../../app/text-in-address.ts'
import { api, asCustomer } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen, session } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { EntryDetails } from './entry-details.tsx'
import { type NameOf, useNames } from './names.ts'
import { auditWords } from './words.ts'

const columnsOf = (nameOf: NameOf): Column<AuditEntry>[] => {
  const t = auditWords()
  return [
    { id: 'at', title: t.columns.at, width: 9, cell: (entry) => <Time at={entry.at} /> },
    {
      id: 'action',
      title: t.columns.action,
      cell: (entry) => (
        <span class="two-lines">
          <span class="clip" dir="auto" title={entry.text}>
            {entry.text}
          </span>
          <code class="quiet small clip">{entry.action}</code>
        </span>
      ),
    },
    {
      id: 'actor',
      title: t.columns.actor,
      width: 12,
      from: 'medium',
      cell: (entry) => (
        <span class="two-lines">
          <span class="clip" dir="auto">
            {nameOf(entry.actor)}
          </span>
          <span class="quiet small clip">{entry.address}</span>
        </span>
      ),
    },
    {
      id: 'target',
      title: t.columns.target,
      width: 12,
      from: 'wide',
      cell: (entry) => (
        <span class="clip" dir="auto">
          {nameOf(entry.target)}
        </span>
      ),
    },
  ]
}

const most = 200

const Audit = () => {
  const t = auditWords()
  const actor = useTextInAddress('actor')
  const action = useTextInAddress('action')
  const target = useTextInAddress('target')
  const opened = useSignal<AuditEntry | undefined>(undefined)
  const nameOf = useNames()
  const pages = useSignal(1)
  const { apiKeyId } = chosen.value
  const filter = { actor: actor.value.trim(), action: action.value.trim(), target: target.value.trim() }
  const { data, error, refresh } = useQuery(
    `audit ${session.value?.kind} ${apiKeyId} ${JSON.stringify(filter)} ${pages.value}`,
    async (signal) => {
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''))
      const entries: AuditEntry[] = []
      let cursor: string | undefined
      for (let page = 0; page < pages.value; page++) {
        const query = { ...given, limit: most, ...(cursor && { cursor }) }
        const answer = apiKeyId
          ? await asCustomer(apiKeyId).deviceRegistration.listAudit({ query, signal })
          : await api.admin.listAudit({ query, signal })
        entries.push(...answer.entries)
        cursor = answer.next_cursor
        if (!cursor) break
      }
      return { entries, more: cursor !== undefined }
    },
    { everyMs: 5_000 },
  )
  const fromTheStart = (): void => {
    pages.value = 1
  }
  return (
    <Page title={t.title} lead={t.lead}>
      <div class="filters">
        <TextField type="search" label={t.action} placeholder={t.actionHelp} {...bound(action, fromTheStart)} />
        <TextField type="search" label={t.actor} placeholder={t.actorHelp} {...bound(actor, fromTheStart)} />
        <TextField type="search" label={t.target} {...bound(target, fromTheStart)} />
      </div>
      <Failure error={error.value} onRetry={refresh} />
      {data.value && data.value.entries.length > 0 && (
        <Table
          label={t.list}
          columns={columnsOf(nameOf)}
          rows={data.value.entries}
          rowHeight={56}
          onOpen={(entry) => (opened.value = entry)}
        />
      )}
      {data.value?.entries.length === 0 && (
        <Empty icon="list" title={t.none}>
          <p>{t.noneText}</p>
        </Empty>
      )}
      {opened.value && <EntryDetails entry={opened.value} nameOf={nameOf} onClose={() => (opened.value = undefined)} />}
      {data.value?.more && <Button onClick={() => pages.value++}>{t.older}</Button>}
    </Page>
  )
}

export default Audit
