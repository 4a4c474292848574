import { type Abilities, type AbilityName, EngineError } from '@switchboard/engine'
import type { AbilityParts } from './ability-parts.ts'

/** One function for each method of an ability; it gets the session's parts first. It runs only while the session is open. */
export type Acts<Ability> = {
  readonly [Method in keyof Ability]: Ability[Method] extends (...args: infer Args) => Promise<infer Answer>
    ? (parts: AbilityParts, ...args: Args) => Promise<Answer>
    : never
}

export interface AbilityDefinition<Name extends AbilityName = AbilityName> {
  readonly name: Name
  /** The ability of one session. Costs one object with one field. */
  of(parts: AbilityParts): Abilities[Name]
}

type Act = (parts: AbilityParts, ...args: unknown[]) => Promise<unknown>

const notConnected = (): Error => new EngineError('not_connected', 'the session is not open')

/**
 * Makes an ability of its acts. The methods stand on a prototype that all sessions share: closures would cost each of a thousand sessions
 * as much as its connection does.
 * @param refusals for methods that say otherwise than `not_connected` that the session is not open
 */
export function defineAbility<Name extends AbilityName>(
  name: Name,
  acts: Acts<Abilities[Name]>,
  refusals: { readonly [Method in keyof Abilities[Name]]?: () => Error } = {},
): AbilityDefinition<Name> {
  class Ability {
    readonly #parts: AbilityParts

    constructor(parts: AbilityParts) {
      this.#parts = parts
    }

    static define(method: string, act: Act, refuse: () => Error): void {
      Object.defineProperty(Ability.prototype, method, {
        value(this: Ability, ...args: unknown[]) {
          return this.#parts.isOpen() ? act(this.#parts, ...args) : Promise.reject(refuse())
        },
      })
    }
  }
  for (const [method, act] of Object.entries<Act>(acts as never)) {
    Ability.define(method, act, refusals[method as keyof Abilities[Name]] ?? notConnected)
  }
  return { name, of: (parts) => new Ability(parts) as unknown as Abilities[Name] }
}
