import type { ChatEntry, ChatTimer } from './chat-log.ts'
import type { PhoneContext } from './phone-context.ts'

/** The timer of a chat; undefined when none was ever set. */
export function timerOf({ timers }: PhoneContext, chatLid: string): ChatTimer | undefined {
  return timers.get(chatLid)
}

export function setTimer(ctx: PhoneContext, chatLid: string, timer: ChatTimer): void {
  ctx.timers.set(chatLid, timer)
  ctx.storage.write(`timer/${chatLid}`, JSON.stringify(timer))
  ctx.note('phone.timer', { chat: chatLid, seconds: timer.seconds })
}

/** Whether the time of a message is over, and nobody kept it. */
export function hasDisappeared({ world }: PhoneContext, { at, expiresAfter, kept }: ChatEntry): boolean {
  return expiresAfter !== undefined && !kept && world.clock.now() >= at + expiresAfter * 1000
}
