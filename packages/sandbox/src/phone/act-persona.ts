import type { ChatEntry } from './chat-log.ts'
import { saysSomething } from './content/content-kinds.ts'
import type { Persona } from './persona.ts'
import type { PhoneContext } from './phone-context.ts'

/** What a persona can do. */
export interface PersonaActions {
  read(chat: string, ids: readonly string[]): Promise<void>
  send(to: string, what: { text: string; addressing: ChatEntry['addressing'] }): Promise<unknown>
}

/** Reactions that wait for their time: also when the phone is made anew meanwhile. */
const shelf = 'reaction/'

/** Does what the persona would do about a message that came, without holding up what comes next. */
export function actPersona(ctx: PhoneContext, persona: Persona, entry: ChatEntry, actions: PersonaActions): void {
  if (entry.fromMe || !saysSomething(entry.kind)) return
  if (persona.delayMs === 0) {
    act(ctx, persona, entry, actions)
    return
  }
  const key = `${shelf}${entry.chatLid}/${entry.id}`
  const dueAt = ctx.world.clock.now() + persona.delayMs
  ctx.storage.write(key, String(dueAt))
  actLater(ctx, persona, entry, actions, { key, dueAt })
}

/** Goes on with the reactions that an earlier life of this phone had put off. */
export function resumePersona(ctx: PhoneContext, persona: Persona, actions: PersonaActions): void {
  for (const [place, dueAt] of ctx.storage.entries(shelf)) {
    const cut = place.indexOf('/')
    const entry = ctx.chats.find(place.slice(0, cut), false, place.slice(cut + 1))
    if (entry) actLater(ctx, persona, entry, actions, { key: shelf + place, dueAt: Number(dueAt) })
  }
}

function actLater(
  ctx: PhoneContext,
  persona: Persona,
  entry: ChatEntry,
  actions: PersonaActions,
  { key, dueAt }: { key: string; dueAt: number },
): void {
  ctx.world.clock.after(Math.max(0, dueAt - ctx.world.clock.now()), () => {
    // Taken off first: better no answer than two.
    ctx.storage.write(key, undefined)
    act(ctx, persona, entry, actions)
  })
}

function act(ctx: PhoneContext, persona: Persona, entry: ChatEntry, actions: PersonaActions): void {
  react(persona, entry, actions).catch((error) => ctx.violation('persona', String(error)))
}

async function react(persona: Persona, entry: ChatEntry, actions: PersonaActions): Promise<void> {
  if (persona.reads) await actions.read(entry.chat, [entry.id])
  const text = persona.reply(entry)
  if (text !== undefined) await actions.send(entry.chat, { text, addressing: entry.addressing })
}
