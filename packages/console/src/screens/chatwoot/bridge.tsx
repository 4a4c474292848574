import { useSignal } from '@preact/signals'
import type { ChatwootBridge, ChatwootOptions } from '@switchboard/client'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { number } from '../../data/time.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Facts } from '../../ui/facts.tsx'
import { CheckField, SelectField } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { chatwootWords } from './words.ts'

interface BridgeProps {
  readonly id: string
  readonly bridge: ChatwootBridge
  readonly refresh: () => Promise<void>
}

/** How the bridge does, and what can be set. */
export const Bridge = (props: BridgeProps) => {
  const t = chatwootWords()
  const { id, bridge, refresh } = props
  const removing = useSignal(false)
  const { act, running } = useAct()
  const pause = async (): Promise<void> => {
    const body = { paused: bridge.state !== 'paused' }
    await act(() => asDevice(id).integrations.updateChatwoot({ body }), t.changed)
    await refresh()
  }
  const remove = async (): Promise<void> => {
    await act(() => asDevice(id).integrations.deleteChatwoot(), t.removed)
    await refresh()
  }
  const reason = bridge.paused_reason
  return (
    <>
      <Facts
        facts={[
          [
            t.state,
            <span class="row">
              <Badge tone={bridge.state === 'active' ? 'good' : 'warn'}>{t.states[bridge.state]}</Badge>
              {reason && <span class="quiet">{t.reasons[reason] ?? reason}</span>}
            </span>,
          ],
          [t.where, `${bridge.inbox_name} · ${bridge.url}`],
          [t.lag, number(bridge.cursor.lag)],
          [t.waiting, number(bridge.waiting_messages)],
          [t.toChatwoot, number(bridge.counts.to_chatwoot)],
          [t.toWhatsApp, number(bridge.counts.to_whatsapp)],
          [t.failed, number(bridge.counts.failed)],
          [
            t.lastError,
            bridge.last_error && (
              <>
                <span dir="auto">{bridge.last_error.message}</span> <Time at={bridge.last_error.at} as="relative" />
              </>
            ),
          ],
        ]}
      />
      <Options {...props} />
      <div class="row">
        <Button busy={running.value} onClick={() => void pause()}>
          {bridge.state === 'paused' ? t.resume : t.pause}
        </Button>
        <Button look="danger" icon="trash" onClick={() => (removing.value = true)}>
          {t.remove}
        </Button>
      </div>
      {removing.value && (
        <Confirm
          title={t.remove}
          confirm={t.remove}
          danger
          busy={running.value}
          onConfirm={() => void remove()}
          onClose={() => (removing.value = false)}
        >
          <p>{t.removeText}</p>
        </Confirm>
      )}
    </>
  )
}

const switches = ['groups', 'api_messages', 'sign_messages', 'mark_read', 'voice_notes'] as const

/** Each counts as soon as it is changed. */
const Options = ({ id, bridge: { options }, refresh }: BridgeProps) => {
  const t = chatwootWords()
  const { act } = useAct()
  const set = async (change: Partial<ChatwootOptions>): Promise<void> => {
    await act(() => asDevice(id).integrations.updateChatwoot({ body: { options: change } }), t.changed)
    await refresh()
  }
  const choices = <Value extends string>(words: Readonly<Record<Value, string>>) =>
    Object.entries(words) as [Value, string][]
  return (
    <Section title={t.options}>
      <div class="card stack">
        <SelectField
          label={t.conversations}
          value={options.conversations}
          options={choices(t.conversationChoices)}
          onValue={(conversations) => void set({ conversations })}
        />
        <SelectField
          label={t.reactions}
          value={options.reactions}
          options={choices(t.reactionChoices)}
          onValue={(reactions) => void set({ reactions })}
        />
        <SelectField
          label={t.deletions}
          value={options.deletions}
          options={choices(t.deletionChoices)}
          onValue={(deletions) => void set({ deletions })}
        />
        {switches.map((name) => (
          <CheckField key={name} label={t[name]} checked={options[name]} onValue={(on) => void set({ [name]: on })} />
        ))}
      </div>
    </Section>
  )
}
