import type { Signal } from '@preact/signals'
import type { EventName } from '@switchboard/client'
import { bound, TextField } from '../../ui/field.tsx'
import { webhookWords } from './words.ts'

/** Names of events as people write them. The server says which it does not know. */
export const namesOf = (text: string): EventName[] =>
  text
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => name as EventName)

interface WebhookFieldsProps {
  readonly url: Signal<string>
  /** See {@link namesOf}. */
  readonly events: Signal<string>
}

/** What a webhook is made with, and may be changed later. */
export const WebhookFields = ({ url, events }: WebhookFieldsProps) => {
  const t = webhookWords()
  return (
    <>
      <TextField label={t.url} help={t.urlHelp} type="url" required {...bound(url)} />
      <TextField label={t.events} help={t.eventsHelp} {...bound(events)} />
    </>
  )
}
