import { useSignal } from '@preact/signals'
import type { Message } from '@switchboard/client'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen } from '../../data/session.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { WaitingMessage } from './waiting-message.tsx'
import { outboxWords } from './words.ts'

const states = ['scheduled', 'queued', 'sending', 'failed', 'expired', 'unknown'] as const

const tones: Readonly<Record<string, Tone>> = { scheduled: 'plain', failed: 'bad', expired: 'warn', unknown: 'warn' }

type State = (typeof states)[number]

/** Messages of the chosen device that have not left, and what can be done about each. */
const Outbox = () => {
  const t = outboxWords()
  const id = chosen.value.deviceId!
  const state = useSignal<State | undefined>(undefined)
  const opened = useSignal<Message | undefined>(undefined)
  const { data, error, refresh } = useQuery(
    `outbox ${id} ${state.value ?? ''}`,
    (signal) =>
      asDevice(id).messaging.listWaiting({ query: { limit: 200, ...(state.value && { state: state.value }) }, signal }),
    { on: ['message.*', 'connection.*'], everyMs: 5_000 },
  )
  const messages = data.value?.messages
  return (
    <Page title={t.title} lead={t.lead}>
      <fieldset class="chips">
        <legend class="visually-hidden">{t.filter}</legend>
        {[undefined, ...states].map((each) => (
          <button
            key={each ?? 'all'}
            type="button"
            class="chip"
            aria-pressed={state.value === each}
            onClick={() => (state.value = each)}
          >
            {each ? t.states[each] : t.all}
          </button>
        ))}
      </fieldset>
      <Failure error={error.value} onRetry={refresh} />
      {messages?.length === 0 && (
        <Empty icon="outbox" title={t.none}>
          <p>{t.noneText}</p>
        </Empty>
      )}
      {messages && messages.length > 0 && (
        <Table label={t.label} columns={columns()} rows={messages} onOpen={(message) => (opened.value = message)} />
      )}
      {opened.value && (
        <WaitingMessage id={id} message={opened.value} onClose={() => (opened.value = undefined)} onChanged={refresh} />
      )}
    </Page>
  )
}

const columns = (): Column<Message>[] => {
  const t = outboxWords()
  return [
    { id: 'to', title: t.columns.to, cell: ({ chat_jid }) => <bdi>{chat_jid.replace('@s.whatsapp.net', '')}</bdi> },
    {
      id: 'text',
      title: t.columns.text,
      from: 'medium',
      cell: ({ text, type }) => <span dir="auto">{text ?? type}</span>,
    },
    {
      id: 'state',
      title: t.columns.state,
      cell: ({ status, reason }) => (
        <>
          <Badge tone={tones[status] ?? 'busy'}>{t.states[status] ?? status}</Badge>{' '}
          <span class="small quiet">{reason && (t.reasons[reason] ?? reason)}</span>
        </>
      ),
    },
    { id: 'leaves', title: t.columns.leaves, from: 'medium', width: 10, cell: ({ send_at }) => <Time at={send_at} /> },
  ]
}

export default Outbox
