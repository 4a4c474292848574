import { useSignal } from '@preact/signals'
import type { Node } from '@switchboard/client'
import { useAct } from '../../data/act.ts'
import { api } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Section } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { systemWords } from './words.ts'

/** The gateways that work with this database together, and a button that empties one. Nothing for a gateway that is alone. */
export const Nodes = () => {
  const t = systemWords().nodes
  const { data, error, refresh } = useQuery('nodes', (signal) => api.admin.listNodes({ signal }), { everyMs: 5_000 })
  const asking = useSignal<Node | undefined>(undefined)
  const { act, running } = useAct()
  const drain = async ({ node_id }: Node): Promise<void> => {
    await act(() => api.admin.drainNode({ path: { node_id } }), t.drained)
    asking.value = undefined
    await refresh()
  }
  if (!error.value && !data.value?.shared) return null
  return (
    <Section title={t.title}>
      <p class="quiet">{t.lead}</p>
      <Failure error={error.value} onRetry={refresh} />
      <ul class="system-nodes" aria-label={t.title}>
        {data.value?.nodes.map((node) => (
          <li key={node.node_id}>
            <div>
              <strong>{node.url}</strong>{' '}
              <Badge tone={node.state === 'active' ? 'good' : 'busy'}>{t.states[node.state]}</Badge>
              <div class="quiet">
                {t.devices(node.linked_devices, node.devices)} · {t.version(node.version)} ·{' '}
                <Time at={node.started_at} />
                {node.node_id === data.value?.answered_by && ` · ${t.thisOne}`}
              </div>
            </div>
            {node.state === 'active' && <Button onClick={() => (asking.value = node)}>{t.drain}</Button>}
          </li>
        ))}
      </ul>
      {asking.value && (
        <Confirm
          title={t.drain}
          confirm={t.drain}
          busy={running.value}
          onConfirm={() => asking.value && void drain(asking.value)}
          onClose={() => (asking.value = undefined)}
        >
          <p>{t.drainText(asking.value.url)}</p>
        </Confirm>
      )}
    </Section>
  )
}
