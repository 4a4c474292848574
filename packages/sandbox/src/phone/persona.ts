import type { ChatEntry } from './chat-log.ts'

/** What a person does by themselves when a message arrives. */
export interface Persona {
  readonly name: string
  /** Whether messages are marked read as they come. */
  readonly reads: boolean
  /** Milliseconds of world time before reading and answering. */
  readonly delayMs: number
  /** The answer, or undefined to stay silent. */
  reply(entry: ChatEntry): string | undefined
}

export type PersonaName = 'silent' | 'echo' | 'slow' | 'reads' | 'never_reads'
/** A list is answered from in order, one entry a message; a function decides for each. */
export type PersonaScript = readonly string[] | ((entry: ChatEntry) => string | undefined)

const nothing = (): undefined => undefined

const personas: Record<PersonaName, Persona> = {
  silent: { name: 'silent', reads: false, delayMs: 0, reply: nothing },
  never_reads: { name: 'never_reads', reads: false, delayMs: 0, reply: nothing },
  reads: { name: 'reads', reads: true, delayMs: 0, reply: nothing },
  echo: { name: 'echo', reads: true, delayMs: 0, reply: (entry) => entry.text },
  slow: { name: 'slow', reads: true, delayMs: 2000, reply: (entry) => entry.text },
}

export const personaNames = Object.keys(personas) as PersonaName[]

/** A persona by name, or made from a script.
 *  @param onLeft told, as answers are taken from a list, which are left */
export function makePersona(
  which: PersonaName | PersonaScript = 'silent',
  onLeft: (rest: readonly string[]) => void = nothing,
): Persona {
  if (typeof which === 'string') return personas[which]
  const base = { name: 'script', reads: true, delayMs: 0 }
  if (typeof which === 'function') return { ...base, reply: which }
  const lines = [...which]
  return {
    ...base,
    reply: () => {
      const line = lines.shift()
      if (line !== undefined) onLeft(lines)
      return line
    },
  }
}
