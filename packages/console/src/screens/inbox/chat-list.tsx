import type { Chat } from '@switchboard/client'
import { href } from '../../app/router.ts'
import { number } from '../../data/time.ts'
import { Time } from '../../ui/time.tsx'
import { inboxWords } from './words.ts'

/** A name, or else the number or address. */
export const chatName = ({ name, chat_jid: jid }: Pick<Chat, 'name' | 'chat_jid'>): string =>
  name || (jid.endsWith('@s.whatsapp.net') ? `+${jid.replace(/@.*/, '')}` : jid)

export const ChatList = ({
  chats,
  current,
}: {
  readonly chats: readonly Chat[]
  readonly current: string | undefined
}) => {
  const t = inboxWords()
  return (
    <nav class="inbox-chats" aria-label={t.chats}>
      <ul>
        {chats.map((chat) => (
          <li key={chat.chat_jid}>
            <a href={href(['inbox', chat.chat_jid])} aria-current={chat.chat_jid === current ? 'page' : undefined}>
              <span class="inbox-chat-name clip" dir="auto">
                {chatName(chat)}
              </span>
              <span class="small quiet">
                <Time at={chat.last_message?.timestamp} />
              </span>
              <span class="inbox-chat-text small quiet clip" dir="auto">
                {chat.last_message?.text ?? chat.last_message?.type}
              </span>
              {chat.unread_count > 0 && (
                <span class="inbox-unread">
                  <span class="visually-hidden">{t.unread(number(chat.unread_count))}</span>
                  <span aria-hidden="true">{number(chat.unread_count)}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
