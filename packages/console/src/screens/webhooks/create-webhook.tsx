import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { ownerApi } from '../../data/api.ts'
import { Dialog, FormFooter } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { namesOf, WebhookFields } from './webhook-fields.tsx'
import { webhookWords } from './words.ts'

export const CreateWebhook = ({ onClose }: { readonly onClose: () => void }) => {
  const t = webhookWords()
  const url = useSignal('')
  const events = useSignal('')
  const secret = useSignal<string | undefined>(undefined)
  const { act, running, error } = useAct()
  const create = (event: SubmitEvent): void => {
    event.preventDefault()
    void act(
      async () => {
        const body = { url: url.value.trim(), events: namesOf(events.value) }
        secret.value = (await ownerApi.peek()!.webhooks.create({ body })).secret
      },
      t.created,
      { quiet: true },
    )
  }
  if (secret.value !== undefined)
    return (
      <ShownOnce
        title={t.created}
        keep={t.keep}
        label={t.secret}
        secret={secret.value}
        done={t.done}
        onClose={onClose}
      />
    )
  return (
    <Dialog title={t.create} onClose={onClose}>
      <form class="stack" onSubmit={create}>
        <WebhookFields url={url} events={events} />
        <Failure error={error.value} />
        <FormFooter submit={t.submit} busy={running.value} onClose={onClose} />
      </form>
    </Dialog>
  )
}
