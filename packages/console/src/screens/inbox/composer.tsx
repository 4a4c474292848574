import { type Signal, useSignal } from '@preact/signals'
import type { Message } from '@switchboard/client'
import { useRef } from 'preact/hooks'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { common } from '../../words/common.ts'
import { draftKey } from './draft-key.ts'
import { OtherKind } from './other-kind.tsx'
import { inboxWords } from './words.ts'

interface ComposerProps {
  readonly id: string
  readonly jid: string
  readonly quoted: Signal<Message | undefined>
  readonly onSent: () => Promise<void>
}

/** Answers as soon as the message is stored: the page shows what becomes of it. */
const wait = 0

const send = async (
  id: string,
  jid: string,
  text: string,
  file: File | undefined,
  reply: string | undefined,
  idempotencyKey: string,
): Promise<void> => {
  const { messaging, media } = asDevice(id)
  const path = { chat_jid: jid }
  const common = { wait, ...(reply && { reply_to_message_id: reply }) }
  if (!file) {
    await messaging.sendText({ path, body: { ...common, text }, idempotencyKey })
    return
  }
  const { media_id } = await media.upload({ body: { file } })
  const body = { ...common, media_id, ...(text && { caption: text }) }
  if (file.type.startsWith('image/')) await messaging.sendImage({ path, body, idempotencyKey })
  else if (file.type.startsWith('video/')) await messaging.sendVideo({ path, body, idempotencyKey })
  else if (file.type.startsWith('audio/'))
    await messaging.sendAudio({ path, body: { ...common, media_id }, idempotencyKey })
  else await messaging.sendDocument({ path, body: { ...body, filename: file.name }, idempotencyKey })
}

/** Enter sends, Shift and Enter begin a line. */
export const Composer = ({ id, jid, quoted, onSent }: ComposerProps) => {
  const t = inboxWords()
  const text = useSignal('')
  const file = useSignal<File | undefined>(undefined)
  const chooser = useRef<HTMLInputElement>(null)
  const other = useSignal(false)
  const key = useSignal(draftKey())
  const { act, running, error } = useAct()
  const submit = async (): Promise<void> => {
    const said = text.peek().trim()
    if (!said && !file.peek()) return
    const reply = quoted.peek()?.message_id
    const draft = key.peek()([said, file.peek()?.name, file.peek()?.size, reply])
    const sent = await act(() => send(id, jid, said, file.peek(), reply, draft), undefined, { quiet: true })
    if (!sent) return
    // The same words again are another message.
    key.value = draftKey()
    text.value = ''
    file.value = undefined
    quoted.value = undefined
    await onSent()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    void submit()
  }
  return (
    <>
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <Failure error={error.value} />
        {quoted.value && (
          <p class="note row" dir="auto">
            <span class="clip">
              {t.replyTo}: {quoted.value.text ?? quoted.value.type}
            </span>
            <IconButton icon="close" label={common().cancel} onClick={() => (quoted.value = undefined)} />
          </p>
        )}
        {file.value && (
          <p class="note row">
            <span class="clip">{file.value.name}</span>
            <IconButton icon="close" label={common().cancel} onClick={() => (file.value = undefined)} />
          </p>
        )}
        <div class="composer-line">
          <input
            ref={chooser}
            type="file"
            hidden
            onChange={(event) => {
              file.value = event.currentTarget.files?.[0]
              event.currentTarget.value = ''
            }}
          />
          <IconButton icon="plus" label={t.attach} onClick={() => chooser.current?.click()} />
          <IconButton icon="list" label={t.otherKind} onClick={() => (other.value = true)} />
          <textarea
            aria-label={t.write}
            placeholder={t.write}
            rows={1}
            dir="auto"
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value
            }}
            onKeyDown={onKeyDown}
          />
          <Button look="main" type="submit" busy={running.value}>
            {t.send}
          </Button>
        </div>
      </form>
      {other.value && (
        <OtherKind
          id={id}
          jid={jid}
          onClose={() => {
            other.value = false
            void onSent()
          }}
        />
      )}
    </>
  )
}
