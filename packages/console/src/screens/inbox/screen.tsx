import { useSignal } from '@preact/signals'
import { href } from '../../app/router.ts'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen, may } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import type { ScreenProps } from '../define-screen.ts'
import { ChatList } from './chat-list.tsx'
import { Conversation } from './conversation.tsx'
import { NewChat } from './new-chat.tsx'
import { inboxWords } from './words.ts'

/** Chats on one side, the messages of one on the other. Narrow pages show one of the two. */
const Inbox = ({ parts: [chat] }: ScreenProps) => {
  const t = inboxWords()
  const id = chosen.value.deviceId!
  const creating = useSignal(false)
  const { data, error, refresh } = useQuery(
    `chats ${id}`,
    (signal) => asDevice(id).messaging.listChats({ query: { limit: 200 }, signal }),
    { on: ['message.*'], everyMs: 15_000 },
  )
  const chats = data.value?.chats
  return (
    <Page
      title={t.title}
      actions={
        may('send') && (
          <Button icon="plus" onClick={() => (creating.value = true)}>
            {t.newChat}
          </Button>
        )
      }
    >
      <Failure error={error.value} onRetry={refresh} />
      {chats?.length === 0 && !chat ? (
        <Empty icon="chat" title={t.none}>
          <p>{t.noneText}</p>
        </Empty>
      ) : (
        <div class={chat ? 'inbox with-chat' : 'inbox'}>
          <ChatList chats={chats ?? []} current={chat} />
          {chat ? (
            <Conversation
              key={`${id} ${chat}`}
              id={id}
              jid={chat}
              chat={chats?.find((each) => each.chat_jid === chat)}
            />
          ) : (
            <p class="inbox-none quiet">{t.choose}</p>
          )}
        </div>
      )}
      {creating.value && <NewChat addressOf={(jid) => href(['inbox', jid])} onClose={() => (creating.value = false)} />}
    </Page>
  )
}

export default Inbox
