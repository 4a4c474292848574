import type { ChatEntry } from './chat-log.ts'
import { saysSomething } from './content/content-kinds.ts'
import type { Persona } from './persona.ts'
import type { PhoneContext } from './phone-context.ts'
import { statusChat } from './status/status-outbox.ts'

/** What a persona can do. */
export interface PersonaActions {
  readonly persona: Persona
  read(chat: string, ids: readonly string[]): Promise<void>
  send(to: string, what: { text: string; addressing: ChatEntry['addressing'] }): Promise<unknown>
}

/** Messages that the person has not reacted to yet, and when it will: kept, since the phone may be made anew meanwhile. */
const shelf = 'reaction/'
const keyOf = (entry: ChatEntry): string => `${shelf}${entry.chatLid}/${entry.id}`

/** Notes, together with a message that is kept, that it will be reacted to. */
export function owePersona(ctx: PhoneContext, { persona }: PersonaActions, entry: ChatEntry): void {
  if (concerns(persona, entry)) ctx.storage.write(keyOf(entry), String(ctx.world.clock.now() + persona.delayMs))
}

/** Does what the persona would do about a message that came, without holding up what comes next. */
export function actPersona(ctx: PhoneContext, actions: PersonaActions, entry: ChatEntry): void {
  const { persona } = actions
  if (!concerns(persona, entry)) return
  const act = (): void => react(ctx, actions, entry)
  if (persona.delayMs > 0) ctx.world.clock.after(persona.delayMs, act)
  else act()
}

/** Continues with the reactions that this phone still had to make before a restart. */
export function resumePersona(ctx: PhoneContext, actions: PersonaActions): void {
  const { clock } = ctx.world
  for (const [place, dueAt] of ctx.storage.entries(shelf)) {
    const cut = place.indexOf('/')
    const entry = ctx.chats.find(place.slice(0, cut), false, place.slice(cut + 1))
    if (entry) clock.after(Math.max(0, Number(dueAt) - clock.now()), () => react(ctx, actions, entry))
  }
}

/** Nobody answers what they said themselves, and what is said to all. */
function concerns(persona: Persona, entry: ChatEntry): boolean {
  return persona.reads && !entry.fromMe && entry.chat !== statusChat && saysSomething(entry.kind)
}

function react(ctx: PhoneContext, actions: PersonaActions, entry: ChatEntry): void {
  readAndAnswer(ctx, actions, entry).catch((error) => ctx.violation('persona', String(error)))
}

async function readAndAnswer(ctx: PhoneContext, actions: PersonaActions, entry: ChatEntry): Promise<void> {
  await actions.read(entry.chat, [entry.id])
  // The answer is written down in the moment in which it is no longer owed: it is neither lost nor given twice.
  const sending = ctx.storage.batch(() => {
    ctx.storage.write(keyOf(entry), undefined)
    const text = actions.persona.reply(entry)
    return text === undefined ? undefined : actions.send(entry.chat, { text, addressing: entry.addressing })
  })
  await sending
}
