import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { useAct } from '../../data/act.ts'
import { type Query, useQuery } from '../../data/query.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Time } from '../../ui/time.tsx'
import { LinkedDevices } from './linked-devices.tsx'
import { sandboxWords } from './words.ts'
import { askWorld, type Phone, type PhoneMessage } from './world.ts'

interface PaneProps {
  readonly phone: Phone
  readonly others: readonly Phone[]
}

/** A phone as its owner holds it: what it got, what it can write, and what can happen to it. */
export const PhonePane = ({ phone, others }: PaneProps) => {
  const t = sandboxWords()
  const heading = useId()
  const { act, running } = useAct()
  const messages = useQuery(
    `phone messages ${phone.id}`,
    (signal) => askWorld<PhoneMessage[]>('GET', `/phones/${phone.id}/messages`, { signal }),
    { everyMs: 1_500 },
  )
  const power = phone.connected ? 'disconnect' : 'connect'
  const unread = (messages.data.value ?? []).filter(({ from_me: mine }) => !mine).map(({ id }) => id)
  const readAll = (): void =>
    void act(() => askWorld('POST', `/phones/${phone.id}/read`, { body: { message_ids: unread } }), t.read)
  return (
    <section class="card stack sandbox-phone" aria-labelledby={heading}>
      <header class="spread">
        <div>
          <h2 id={heading} dir="auto">
            {phone.name || phone.phone}
          </h2>
          <span class="quiet small">+{phone.phone}</span>
        </div>
        <Badge tone={phone.connected ? 'good' : 'plain'}>{phone.connected ? t.on : t.off}</Badge>
      </header>
      <Messages of={phone} messages={messages} />
      <Write phone={phone} others={others} refresh={messages.refresh} />
      <div class="row">
        <Button busy={running.value} onClick={() => void act(() => askWorld('POST', `/phones/${phone.id}/${power}`))}>
          {phone.connected ? t.switchOff : t.switchOn}
        </Button>
        <Button busy={running.value} disabled={unread.length === 0} onClick={readAll}>
          {t.readAll}
        </Button>
      </div>
      <LinkedDevices phone={phone} />
    </section>
  )
}

const Messages = ({ of, messages }: { readonly of: Phone; readonly messages: Query<PhoneMessage[]> }) => {
  const t = sandboxWords()
  const list = messages.data.value?.slice(-50)
  const names: Readonly<Record<string, string>> = t.receipts
  /** The furthest that became of it, in words. */
  const receipt = ({ receipts }: PhoneMessage): string => {
    const type = receipts.at(-1)?.type
    return type === undefined ? '' : (names[type || 'delivered'] ?? type)
  }
  return (
    <>
      <Failure error={messages.error.value} onRetry={messages.refresh} />
      {list?.length === 0 && <p class="quiet">{t.noMessages}</p>}
      {list && list.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to be reached by keys
        <ol class="sandbox-messages" aria-label={t.messages(of.name || of.phone)} tabIndex={0}>
          {list.map((message) => (
            <li key={message.id} class={message.from_me ? 'mine' : undefined}>
              <span dir="auto">{message.text || <em>{message.kind}</em>}</span>
              <span class="quiet small">
                <Time at={message.at} /> {message.from_me && receipt(message)}
              </span>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

const Write = ({ phone, others, refresh }: PaneProps & { readonly refresh: () => Promise<void> }) => {
  const t = sandboxWords()
  const to = useSignal('')
  const text = useSignal('')
  const { act, running, error } = useAct()
  const receiver = to.value || others[0]?.jid || ''
  if (others.length === 0) return null
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = { to: receiver, text: text.value }
    const sent = await act(() => askWorld('POST', `/phones/${phone.id}/messages`, { body }), t.sent, { quiet: true })
    if (!sent) return
    text.value = ''
    await refresh()
  }
  const type = (): void =>
    void act(
      () => askWorld('POST', `/phones/${phone.id}/typing`, { body: { to: receiver, state: 'composing' } }),
      t.typed,
    )
  return (
    <form class="stack" onSubmit={send}>
      <SelectField
        label={t.to}
        value={receiver}
        options={others.map(({ jid, name, phone: digits }) => [jid, name || digits] as const)}
        onValue={(jid) => {
          to.value = jid
        }}
      />
      <TextField
        label={t.text}
        required
        value={text.value}
        onValue={(value) => {
          text.value = value
        }}
      />
      <Failure error={error.value} />
      <div class="row">
        <Button look="main" type="submit" busy={running.value}>
          {t.send}
        </Button>
        <Button busy={running.value} onClick={type}>
          {t.typing}
        </Button>
      </div>
    </form>
  )
}
