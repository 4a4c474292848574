import type { Message } from '@switchboard/client'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { may } from '../../data/session.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'
import { MediaFile } from './media-file.tsx'
import { inboxWords } from './words.ts'

const tones: Readonly<Record<string, Tone>> = {
  read: 'good',
  played: 'good',
  delivered: 'good',
  sent: 'plain',
  queued: 'busy',
  sending: 'busy',
  scheduled: 'busy',
  failed: 'bad',
  unknown: 'warn',
  expired: 'warn',
}

const emoji = '👍'

interface BubbleProps {
  readonly id: string
  readonly message: Message
  readonly quoted: Message | undefined
  readonly onReply: () => void
  readonly onDetails: () => void
}

/** What a message says where it has no text. */
const contentOf = ({ type, poll, location, contacts, event }: Message): string =>
  poll?.question ?? event?.name ?? location?.name ?? contacts?.map(({ name }) => name).join(', ') ?? type

export const Bubble = ({ id, message, quoted, onReply, onDetails }: BubbleProps) => {
  const t = inboxWords()
  const { act } = useAct()
  const { is_from_me: own, status, text, deleted_at: deleted } = message
  const react = (): Promise<boolean> =>
    act(() =>
      asDevice(id).messageActions.react({
        path: { message_id: message.message_id },
        body: { chat_jid: message.chat_jid, emoji },
      }),
    )
  return (
    <article class={own ? 'bubble own' : 'bubble'} aria-label={own ? t.you : (message.push_name ?? message.from)}>
      {!own && (
        <strong class="small" dir="auto">
          {message.push_name ?? message.from}
        </strong>
      )}
      {message.quoted_message_id && (
        <blockquote class="small quiet" dir="auto">
          {quoted?.text ?? message.quoted_message_id}
        </blockquote>
      )}
      {message.media && !deleted && <MediaFile id={id} message={message} />}
      {deleted ? (
        <p class="quiet">{t.deleted}</p>
      ) : text !== null ? (
        <p class="bubble-text" dir="auto">
          {text}
        </p>
      ) : (
        !message.media && (
          <p class="quiet" dir="auto">
            {contentOf(message)}
          </p>
        )
      )}
      {message.reactions.length > 0 && (
        <p class="bubble-reactions">{message.reactions.map((each) => each.emoji).join(' ')}</p>
      )}
      <footer class="row small quiet">
        <Time at={message.timestamp} />
        {message.edited_at && <span>{t.edited}</span>}
        {message.forwarded && <span>{t.forwarded}</span>}
        {own && <Badge tone={tones[status] ?? 'plain'}>{t.statuses[status] ?? status}</Badge>}
        {own && message.reason && <span>{message.reason}</span>}
        <span class="bubble-acts">
          {may('send') && (
            <Button look="quiet" onClick={onReply}>
              {t.reply}
            </Button>
          )}
          {!own && may('send') && (
            <Button look="quiet" aria-label={t.react(emoji)} onClick={() => void react()}>
              {emoji}
            </Button>
          )}
          <Button look="quiet" onClick={onDetails}>
            {t.details}
          </Button>
        </span>
      </footer>
    </article>
  )
}
