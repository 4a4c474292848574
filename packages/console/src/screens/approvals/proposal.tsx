import { useSignal } from '@preact/signals'
import type { Approval } from '@switchboard/client'
import { useEffect } from 'preact/hooks'
import { NeedsScope } from '../../app/needs-scope.tsx'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { Time } from '../../ui/time.tsx'
import { approvalWords } from './words.ts'

const tones = { pending: 'busy', approved: 'good', rejected: 'bad', expired: 'plain' } satisfies Record<string, Tone>

interface ProposalProps {
  readonly deviceId: string
  readonly approval: Approval
  readonly refresh: () => Promise<void>
}

/** What would be sent, to whom, and the two answers. */
export const Proposal = ({ deviceId, approval, refresh }: ProposalProps) => {
  const t = approvalWords()
  const { act, running } = useAct()
  const path = { approval_id: approval.approval_id }
  const decide = async (decision: 'approve' | 'reject'): Promise<void> => {
    const done = decision === 'approve' ? t.approved : t.rejected
    await act(() => asDevice(deviceId).approvals.decide({ path, body: { decision } }), done)
    await refresh()
  }
  return (
    <li class="card stack">
      <div class="row">
        <Badge tone={tones[approval.state]}>{t.states[approval.state]}</Badge>
        {approval.type && <code>{approval.type}</code>}
      </div>
      {approval.text && (
        <blockquote class="approval-text" dir="auto">
          {approval.text}
        </blockquote>
      )}
      <Facts
        facts={[
          [t.to, approval.chat_jid, { copy: true }],
          [t.reaction, approval.emoji],
          [t.answers, approval.quoted_message_id],
          [t.by, approval.proposed_by],
          [t.expires, approval.state === 'pending' && <Time at={approval.expires_at} as="relative" />],
          [t.decided, approval.decided_by],
        ]}
      />
      {approval.has_file && <ProposedFile deviceId={deviceId} id={approval.approval_id} />}
      <details class="small">
        <summary class="quiet">{t.whole}</summary>
        <JsonView value={approval} open={1} />
      </details>
      {approval.state === 'pending' && (
        <NeedsScope scope="admin">
          <div class="row">
            <Button look="main" icon="check" busy={running.value} onClick={() => void decide('approve')}>
              {t.approve}
            </Button>
            <Button look="danger" icon="close" busy={running.value} onClick={() => void decide('reject')}>
              {t.reject}
            </Button>
          </div>
        </NeedsScope>
      )}
    </li>
  )
}

/** The bytes that would be sent, as they are stored. */
const ProposedFile = ({ deviceId, id }: { readonly deviceId: string; readonly id: string }) => {
  const t = approvalWords()
  const file = useSignal<{ readonly url: string; readonly type: string } | undefined>(undefined)
  const { act, running } = useAct()
  useEffect(
    () => () => {
      if (file.peek()) URL.revokeObjectURL(file.peek()!.url)
    },
    [],
  )
  const show = (): void =>
    void act(async () => {
      const answer = await asDevice(deviceId).approvals.getMedia({ path: { approval_id: id } })
      const blob = await answer.blob()
      file.value = { url: URL.createObjectURL(blob), type: blob.type }
    })
  if (!file.value)
    return (
      <div>
        <Button busy={running.value} onClick={show}>
          {t.download}
        </Button>
      </div>
    )
  const { url, type } = file.value
  if (type.startsWith('image/')) return <img class="approval-file" src={url} alt={t.file} />
  return (
    <a href={url} download>
      {t.file}: {type}
    </a>
  )
}
