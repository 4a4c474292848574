import { useSignal } from '@preact/signals'
import type { Chat, Message } from '@switchboard/client'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { NeedsScope } from '../../app/needs-scope.tsx'
import { href } from '../../app/router.ts'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { may } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Bubble } from './bubble.tsx'
import { chatName } from './chat-list.tsx'
import { Composer } from './composer.tsx'
import { MessageDetails } from './message-details.tsx'
import { inboxWords } from './words.ts'

const pageSize = 50
const most = 500

interface ConversationProps {
  readonly id: string
  readonly jid: string
  readonly chat: Chat | undefined
}

/** The messages of a chat, newest below, and a place to write. */
export const Conversation = ({ id, jid, chat }: ConversationProps) => {
  const t = inboxWords()
  const limit = useSignal(pageSize)
  const quoted = useSignal<Message | undefined>(undefined)
  const opened = useSignal<string | undefined>(undefined)
  const { data, error, refresh } = useQuery(
    `messages ${id} ${jid} ${limit.value}`,
    (signal) => asDevice(id).messaging.list({ path: { chat_jid: jid }, query: { limit: limit.value }, signal }),
    { on: ['message.*'], everyMs: 15_000 },
  )
  const messages = [...(data.value?.messages ?? [])].sort((one, other) => one.timestamp.localeCompare(other.timestamp))
  const last = messages.at(-1)?.message_id
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [last])
  // Whoever looks at it has read it.
  useEffect(() => {
    if (!chat?.unread_count || document.hidden || !may('send')) return
    void asDevice(id)
      .messaging.markRead({ path: { chat_jid: jid }, body: { read: true } })
      .catch(() => {})
  }, [id, jid, chat?.unread_count])
  return (
    <section class="inbox-conversation" aria-label={t.messages}>
      <header class="row">
        <a class="back inbox-back" href={href('inbox')}>
          ← {t.back}
        </a>
        <h2 dir="auto">{chatName(chat ?? { name: null, chat_jid: jid })}</h2>
      </header>
      <Failure error={error.value} onRetry={refresh} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it */}
      <div class="inbox-messages" ref={box} role="log" aria-label={t.messages} tabIndex={0}>
        {data.value?.next_cursor && limit.value < most && (
          <Button look="quiet" onClick={() => (limit.value = Math.min(most, limit.value * 2))}>
            {t.older}
          </Button>
        )}
        {messages.map((message) => (
          <Bubble
            key={message.message_id}
            id={id}
            message={message}
            quoted={messages.find((each) => each.message_id === message.quoted_message_id)}
            onReply={() => (quoted.value = message)}
            onDetails={() => (opened.value = message.message_id)}
          />
        ))}
      </div>
      <NeedsScope scope="send">
        <Composer id={id} jid={jid} quoted={quoted} onSent={refresh} />
      </NeedsScope>
      {opened.value && <MessageDetails id={id} messageId={opened.value} onClose={() => (opened.value = undefined)} />}
    </section>
  )
}
