import { type ChatTimer, type InboundHistory, type InboundMessage, isSilent } from '@switchboard/engine'

type Timer = Required<ChatTimer>

/** What a message says of the timer of its chat: it sets it, or it carries it. Undefined when it says nothing. */
export function timerOf({ view, at }: InboundMessage): Timer | undefined {
  if (view.timer) return { seconds: view.timer.seconds, setAt: view.timer.setAt ?? at }
  const { expiresInSeconds, timerSetAt } = view
  if (expiresInSeconds === undefined || isSilent(view.type)) return undefined
  // Without its time it counts only where nothing is known.
  return { seconds: expiresInSeconds, setAt: timerSetAt ?? 0 }
}

/** The timer of a chat by the phone's history: by what it says of the chat, and by what was said there. */
export function newestTimer({ timer, messages }: InboundHistory['conversations'][number]): Timer | undefined {
  const all = [timer, ...messages.map(timerOf)].filter((each) => each !== undefined)
  return all.toSorted((one, other) => other.setAt - one.setAt)[0]
}
