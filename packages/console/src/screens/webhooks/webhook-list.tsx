import { useSignal } from '@preact/signals'
import type { Webhook } from '@switchboard/client'
import { href } from '../../app/router.ts'
import { ownerApi } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { number } from '../../data/time.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { CreateWebhook } from './create-webhook.tsx'
import { WebhookState } from './webhook-state.tsx'
import { webhookWords } from './words.ts'

const columnsOf = (): Column<Webhook>[] => {
  const t = webhookWords()
  return [
    { id: 'url', title: t.columns.url, cell: (webhook) => <code class="webhook-url">{webhook.url}</code> },
    { id: 'state', title: t.columns.state, width: 8, cell: (webhook) => <WebhookState webhook={webhook} /> },
    {
      id: 'events',
      title: t.columns.events,
      width: 9,
      from: 'medium',
      cell: ({ events }) => (events.length === 0 ? t.allEvents : t.someEvents(number(events.length))),
    },
  ]
}

export const WebhookList = ({ owner }: { readonly owner: string }) => {
  const t = webhookWords()
  const creating = useSignal(false)
  const { data, error, refresh } = useQuery(
    `webhooks ${owner}`,
    async (signal) => (await ownerApi.peek()!.webhooks.list({ signal })).webhooks,
    { everyMs: 10_000 },
  )
  const create = (
    <Button look="main" icon="plus" onClick={() => (creating.value = true)}>
      {t.create}
    </Button>
  )
  const webhooks = data.value
  return (
    <Page title={t.title} lead={t.lead} actions={webhooks && webhooks.length > 0 && create}>
      <Failure error={error.value} onRetry={refresh} />
      {webhooks && webhooks.length > 0 && (
        <Table
          label={t.list}
          columns={columnsOf()}
          rows={webhooks}
          hrefOf={({ webhook_id }) => href(['webhooks', String(webhook_id)])}
        />
      )}
      {webhooks?.length === 0 && (
        <Empty icon="hook" title={t.none}>
          <p>{t.noneText}</p>
          {create}
        </Empty>
      )}
      {creating.value && (
        <CreateWebhook
          onClose={() => {
            creating.value = false
            void refresh()
          }}
        />
      )}
    </Page>
  )
}
