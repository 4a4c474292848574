import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, TextField } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { chatwootWords } from './words.ts'

interface SetUpProps {
  readonly id: string
  readonly refresh: () => Promise<void>
}

/** One form makes the inbox and the bridge. */
export const SetUp = ({ id, refresh }: SetUpProps) => {
  const t = chatwootWords()
  const url = useSignal('')
  const account = useSignal('1')
  const token = useSignal('')
  const inbox = useSignal('WhatsApp')
  const gateway = useSignal('')
  const { act, running, error } = useAct()
  const setUp = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const gatewayUrl = gateway.value.trim()
    const body = {
      url: url.value.trim(),
      account_id: Number(account.value),
      api_access_token: token.value.trim(),
      inbox_name: inbox.value.trim(),
      ...(gatewayUrl && { gateway_url: gatewayUrl }),
    }
    const done = await act(() => asDevice(id).integrations.setUpChatwoot({ body }), t.done, { quiet: true })
    if (done) await refresh()
  }
  return (
    <Section title={t.none}>
      <p class="quiet">{t.noneText}</p>
      <form class="card stack" onSubmit={setUp}>
        <TextField label={t.url} type="url" required {...bound(url)} />
        <TextField label={t.account} help={t.accountHelp} type="number" min="1" required {...bound(account)} />
        <TextField label={t.token} help={t.tokenHelp} type="password" autocomplete="off" required {...bound(token)} />
        <TextField label={t.inbox} required {...bound(inbox)} />
        <TextField label={t.gateway} help={t.gatewayHelp} type="url" {...bound(gateway)} />
        <Failure error={error.value} />
        <div>
          <Button look="main" type="submit" busy={running.value}>
            {t.setUp}
          </Button>
        </div>
      </form>
    </Section>
  )
}
