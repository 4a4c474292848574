import { href } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { ownerApi } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Deliveries, refreshDeliveries } from './deliveries.tsx'
import { Health } from './health.tsx'
import { SignatureCheck } from './signature-check.tsx'
import { WebhookSettings } from './webhook-settings.tsx'
import { WebhookState } from './webhook-state.tsx'
import { webhookWords } from './words.ts'

const tabs = { deliveries: Deliveries, health: Health, settings: WebhookSettings, check: SignatureCheck } as const

type TabName = keyof typeof tabs

/** Several webhooks often share a host: the path tells them apart. */
const shortOf = (url: string): string => {
  const { host, pathname } = new URL(url)
  return pathname === '/' ? host : `${host}${pathname}`
}

/** One webhook: what it got, how well it takes it, and what can be set. */
export const WebhookPage = ({ id, tab }: { readonly id: string; readonly tab: string | undefined }) => {
  const t = webhookWords()
  const path = { webhook_id: Number(id) }
  const { data, error, refresh } = useQuery(
    `webhook ${id}`,
    async (signal) => (await ownerApi.peek()!.webhooks.get({ path, signal })).webhook,
    { everyMs: 5_000 },
  )
  const { act, running } = useAct()
  const sendTest = async (): Promise<void> => {
    await act(() => ownerApi.peek()!.webhooks.sendTest({ path }), t.tested)
    refreshDeliveries()
  }
  const webhook = data.value
  const name: TabName = Object.hasOwn(tabs, tab ?? '') ? (tab as TabName) : 'deliveries'
  const Tab = tabs[name]
  return (
    <Page
      title={webhook ? shortOf(webhook.url) : id}
      lead={webhook && <WebhookState webhook={webhook} />}
      back={{ href: href('webhooks'), label: t.back }}
      actions={
        webhook?.active && (
          <>
            {webhook.failing_since && (
              <Button
                icon="refresh"
                busy={running.value}
                onClick={() => void act(() => ownerApi.peek()!.webhooks.resume({ path }), t.resumed)}
              >
                {t.resume}
              </Button>
            )}
            <Button icon="bolt" busy={running.value} onClick={() => void sendTest()}>
              {t.test}
            </Button>
          </>
        )
      }
    >
      <Tabs
        label={t.views}
        current={name}
        tabs={(Object.keys(tabs) as TabName[]).map((each) => ({
          id: each,
          label: t.tabs[each],
          href: href(['webhooks', id, each]),
        }))}
      />
      <Failure error={error.value} onRetry={refresh} />
      {webhook && <Tab webhook={webhook} refresh={refresh} />}
    </Page>
  )
}
