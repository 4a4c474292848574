import { useSignal } from '@preact/signals'
import type { AccessKeyEntry } from '@switchboard/client'
import { customerApi } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { CreateAccessKey } from './create-access-key.tsx'
import { EndAccessKey } from './end-access-key.tsx'
import { accessKeyWords } from './words.ts'

const columnsOf = (): Column<AccessKeyEntry>[] => {
  const t = accessKeyWords()
  return [
    {
      id: 'label',
      title: t.columns.label,
      cell: (key) => (
        <span class="two-lines">
          <strong class="clip" dir="auto">
            {key.label}
          </strong>
          <code class="quiet small clip">{key.secret_masked}</code>
        </span>
      ),
    },
    {
      id: 'scopes',
      title: t.columns.scopes,
      cell: (key) => <span class="wrap-two">{key.scopes.map((scope) => t.scopes[scope]).join(', ')}</span>,
    },
    {
      id: 'used',
      title: t.columns.used,
      width: 9,
      from: 'medium',
      cell: (key) => (key.last_used_at ? <Time at={key.last_used_at} /> : <span class="quiet">{t.never}</span>),
    },
    {
      id: 'ends',
      title: t.columns.ends,
      width: 9,
      from: 'wide',
      cell: (key) => (key.expires_at ? <Time at={key.expires_at} /> : <span class="quiet">{t.never}</span>),
    },
  ]
}

const AccessKeys = () => {
  const t = accessKeyWords()
  const creating = useSignal(false)
  const opened = useSignal<string | undefined>(undefined)
  const { data, error, refresh } = useQuery(
    `access keys ${chosen.value.apiKeyId}`,
    async (signal) => (await customerApi.peek()!.accessKeys.list({ signal })).access_keys,
    { everyMs: 15_000 },
  )
  const create = (
    <Button look="main" icon="plus" onClick={() => (creating.value = true)}>
      {t.create}
    </Button>
  )
  const keys = data.value
  const current = keys?.find((key) => key.access_key_id === opened.value)
  const closed = (): void => {
    creating.value = false
    opened.value = undefined
    void refresh()
  }
  return (
    <Page title={t.title} lead={t.lead} actions={keys && keys.length > 0 && create}>
      <Failure error={error.value} onRetry={refresh} />
      {keys && keys.length > 0 && (
        <Table
          label={t.list}
          columns={columnsOf()}
          rows={keys}
          rowHeight={56}
          onOpen={(key) => (opened.value = key.access_key_id)}
        />
      )}
      {keys?.length === 0 && (
        <Empty icon="key" title={t.none}>
          <p>{t.noneText}</p>
          {create}
        </Empty>
      )}
      {creating.value && <CreateAccessKey onClose={closed} />}
      {current && <EndAccessKey key={current.access_key_id} accessKey={current} onClose={closed} />}
    </Page>
  )
}

export default AccessKeys
