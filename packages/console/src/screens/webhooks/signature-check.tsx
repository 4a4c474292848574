import { useSignal } from '@preact/signals'
import { verifyWebhook } from '@switchboard/client'
import { Button } from '../../ui/button.tsx'
import { bound, TextAreaField, TextField } from '../../ui/field.tsx'
import { webhookWords } from './words.ts'

/** `name: value`, one in a line, as receivers and tools print them. */
const headersOf = (text: string): (readonly [string, string])[] =>
  text
    .split('\n')
    .map((line) => /^\s*"?([\w-]+)"?\s*:\s*"?(.*?)"?,?\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name, value]) => [name!, value!] as const)

/** Says whether a request that a receiver got is one of ours, and if not, what is wrong. Nothing is sent anywhere. */
export const SignatureCheck = () => {
  const t = webhookWords()
  const secret = useSignal('')
  const headers = useSignal('')
  const body = useSignal('')
  const outcome = useSignal<{ readonly right: boolean; readonly text: string } | undefined>(undefined)
  const check = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    try {
      const found = await verifyWebhook(headersOf(headers.value), body.value, secret.value.trim(), {
        toleranceSeconds: Number.POSITIVE_INFINITY,
      })
      outcome.value = { right: true, text: found.event_type }
    } catch (error) {
      outcome.value = { right: false, text: error instanceof Error ? error.message : String(error) }
    }
  }
  const judgeAgain = (): void => {
    outcome.value = undefined
  }
  return (
    <form class="card stack" onSubmit={check}>
      <p class="quiet">{t.checkText}</p>
      <TextField label={t.secret} autocomplete="off" spellcheck={false} required {...bound(secret, judgeAgain)} />
      <TextAreaField
        label={t.headers}
        help={t.headersHelp}
        rows={4}
        spellcheck={false}
        required
        {...bound(headers, judgeAgain)}
      />
      <TextAreaField label={t.body} rows={6} spellcheck={false} required {...bound(body, judgeAgain)} />
      <div class="row">
        <Button look="main" type="submit">
          {t.check}
        </Button>
        <p role="status">
          {outcome.value && (
            <span class={`note ${outcome.value.right ? 'good' : 'bad'}`}>
              {outcome.value.right ? t.right : t.wrong}: {outcome.value.text}
            </span>
          )}
        </p>
      </div>
    </form>
  )
}
