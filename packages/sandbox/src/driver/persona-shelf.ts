import { makePersona, type Persona, type PersonaName, type PersonaScript, personaNames } from '../phone/persona.ts'
import type { PhoneStorage } from '../phone/phone-storage.ts'

const key = 'persona'
/** In place of a script that is a function: only this process has it. */
const ofThisProcess = 'function'

/** How people behave, kept with the data of their phones: a name, or the answers that are left of a script. */
export class PersonaShelf {
  readonly #functions = new Map<string, Persona>()

  /** Gives somebody a persona and keeps it.
   *  @param lid of the person @param shelf where their phone writes */
  give(lid: string, shelf: PhoneStorage, wish: PersonaName | PersonaScript = 'silent'): Persona {
    this.#functions.delete(lid)
    if (typeof wish === 'string') {
      shelf.write(key, wish)
      return makePersona(wish)
    }
    if (typeof wish === 'function') {
      const persona = makePersona(wish)
      shelf.write(key, ofThisProcess)
      this.#functions.set(lid, persona)
      return persona
    }
    shelf.write(key, JSON.stringify(wish))
    return this.#scripted(shelf, wish)
  }

  /** What was kept. Silent when there is nothing, or it was a function of another process. */
  of(lid: string, shelf: PhoneStorage): Persona {
    const kept = [...shelf.entries(key)].find(([rest]) => rest === '')?.[1]
    if (kept?.startsWith('[')) return this.#scripted(shelf, JSON.parse(kept) as string[])
    if (kept === ofThisProcess) return this.#functions.get(lid) ?? makePersona()
    return makePersona(personaNames.find((name) => name === kept))
  }

  #scripted(shelf: PhoneStorage, lines: readonly string[]): Persona {
    return makePersona(lines, (rest) => shelf.write(key, JSON.stringify(rest)))
  }
}
