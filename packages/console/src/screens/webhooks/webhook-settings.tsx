import { useSignal } from '@preact/signals'
import { go, href } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { ownerApi } from '../../data/api.ts'
import { chosen } from '../../data/session.ts'
import { number } from '../../data/time.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, CheckField, TextField } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { say } from '../../ui/toast.tsx'
import { common } from '../../words/common.ts'
import { namesOf, WebhookFields } from './webhook-fields.tsx'
import type { WebhookTabProps } from './webhook-tab.ts'
import { webhookWords } from './words.ts'

export const WebhookSettings = (props: WebhookTabProps) => (
  <div class="settings">
    <Change {...props} />
    <Replay {...props} />
    <Danger {...props} />
  </div>
)

const pathOf = ({ webhook }: WebhookTabProps) => ({ webhook_id: webhook.webhook_id })

const Change = (props: WebhookTabProps) => {
  const t = webhookWords()
  const { webhook, refresh } = props
  const url = useSignal(webhook.url)
  const events = useSignal(webhook.events.join(', '))
  const active = useSignal(webhook.active)
  const { act, running, error } = useAct()
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = { url: url.value.trim(), events: namesOf(events.value), active: active.value }
    const saved = await act(() => ownerApi.peek()!.webhooks.update({ path: pathOf(props), body }), t.saved, {
      quiet: true,
    })
    if (saved) await refresh()
  }
  return (
    <Section title={t.tabs.settings}>
      <form class="card stack" onSubmit={save}>
        <WebhookFields url={url} events={events} />
        <CheckField
          label={t.active}
          checked={active.value}
          onValue={(on) => {
            active.value = on
          }}
        />
        <Failure error={error.value} />
        <div>
          <Button type="submit" busy={running.value}>
            {common().save}
          </Button>
        </div>
      </form>
    </Section>
  )
}

const Replay = (props: WebhookTabProps) => {
  const t = webhookWords()
  const { deviceId } = chosen.value
  const device = useSignal(deviceId ?? '')
  const from = useSignal('')
  const to = useSignal('')
  const { act, running, error } = useAct()
  const replay = (event: SubmitEvent): void => {
    event.preventDefault()
    const body = {
      from_seq: Number(from.value),
      to_seq: Number(to.value),
      ...(props.webhook.device_id === undefined && { device_id: device.value.trim() }),
    }
    void act(
      async () => {
        const { queued } = await ownerApi.peek()!.webhooks.replay({ path: pathOf(props), body })
        say(t.queued(number(queued)))
      },
      undefined,
      { quiet: true },
    )
  }
  return (
    <Section title={t.replay}>
      <form class="card stack" onSubmit={replay}>
        <p class="quiet">{t.replayText}</p>
        {props.webhook.device_id === undefined && <TextField label={t.deviceId} required {...bound(device)} />}
        <div class="two">
          <TextField label={t.from} type="number" min="1" required {...bound(from)} />
          <TextField label={t.to} type="number" min="1" required {...bound(to)} />
        </div>
        <Failure error={error.value} />
        <div>
          <Button type="submit" busy={running.value}>
            {t.replay}
          </Button>
        </div>
      </form>
    </Section>
  )
}

const Danger = (props: WebhookTabProps) => {
  const t = webhookWords()
  const asking = useSignal(false)
  const secret = useSignal<string | undefined>(undefined)
  const { act, running } = useAct()
  const path = pathOf(props)
  const rotate = (): void =>
    void act(async () => {
      secret.value = (await ownerApi.peek()!.webhooks.rotateSecret({ path, body: {} })).secret
    })
  const remove = async (): Promise<void> => {
    if (await act(() => ownerApi.peek()!.webhooks.delete({ path }), t.removed)) go(href('webhooks'))
  }
  return (
    <div class="card stack danger-zone">
      <div class="danger-row">
        <div>
          <h2>{t.rotate}</h2>
          <p class="quiet">{t.rotateText}</p>
        </div>
        <Button busy={running.value} onClick={rotate}>
          {t.rotate}
        </Button>
      </div>
      <div class="danger-row">
        <div>
          <h2>{t.remove}</h2>
          <p class="quiet">{t.removeText}</p>
        </div>
        <Button look="danger" onClick={() => (asking.value = true)}>
          {t.remove}
        </Button>
      </div>
      {secret.value !== undefined && (
        <ShownOnce
          title={t.rotate}
          keep={t.keep}
          label={t.secret}
          secret={secret.value}
          done={t.done}
          onClose={() => (secret.value = undefined)}
        />
      )}
      {asking.value && (
        <Confirm
          title={t.remove}
          confirm={t.remove}
          danger
          busy={running.value}
          onConfirm={() => void remove()}
          onClose={() => (asking.value = false)}
        >
          <p>{t.removeText}</p>
        </Confirm>
      )}
    </div>
  )
}
