import type { ChatEntry } from './chat-log.ts'
import { saysSomething } from './content/content-kinds.ts'
import type { Persona } from './persona.ts'
import type { PhoneContext } from './phone-context.ts'

/** What a persona can do. */
export interface PersonaActions {
  read(chat: string, ids: readonly string[]): Promise<void>
  send(to: string, what: { text: string; addressing: ChatEntry['addressing'] }): Promise<unknown>
}

/** Does what the persona would do about a message that came, without holding up what comes next. */
export function actPersona(ctx: PhoneContext, persona: Persona, entry: ChatEntry, actions: PersonaActions): void {
  if (entry.fromMe || !saysSomething(entry.kind)) return
  const act = (): void => {
    react(persona, entry, actions).catch((error) => ctx.violation('persona', String(error)))
  }
  if (persona.delayMs > 0) ctx.world.clock.after(persona.delayMs, act)
  else act()
}

async function react(persona: Persona, entry: ChatEntry, actions: PersonaActions): Promise<void> {
  if (persona.reads) await actions.read(entry.chat, [entry.id])
  const text = persona.reply(entry)
  if (text !== undefined) await actions.send(entry.chat, { text, addressing: entry.addressing })
}
