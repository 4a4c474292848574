import type { WireNode } from '../wire/node.ts'
import { child, textAttr } from '../wire/node-access.ts'
import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import type { World } from '../world/world.ts'
import { corruptCiphertext } from './corrupt-ciphertext.ts'

/** Which way a stanza travels: `in` from the device to the server, `out` from the server to the device. */
export type Direction = 'in' | 'out'

/** What goes wrong.
 *  - `drop`: the stanza vanishes; an outgoing one stays in the mailbox
 *  - `delay`: it travels `ms` later, others overtake it
 *  - `duplicate`: it arrives twice
 *  - `reorder`: it arrives after the next one
 *  - `corrupt`: a byte of its ciphertext flips (messages)
 *  - `nack`: the server refuses it with an error ack (`in` only)
 *  - `stream-error`: the stream ends with that code instead
 *  - `silence`: from here on the socket stays open and says nothing (`out` only) */
export type FaultAction =
  | { readonly kind: 'drop' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'reorder' }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'nack'; readonly code: number }
  | { readonly kind: 'stream-error'; readonly code: number }
  | { readonly kind: 'silence' }

export interface FaultRule {
  readonly direction: Direction
  /** Tag of the stanzas meant: message, receipt, notification, iq, ack, presence …; absent means any. */
  readonly tag?: string
  /** `type` attribute of the stanzas meant. */
  readonly type?: string
  /** Namespace of the iqs meant. */
  readonly xmlns?: string
  readonly action: FaultAction
  /** How many matching stanzas it strikes; 1 when absent. */
  readonly count?: number
  /** Chance in [0, 1] that a matching stanza is struck, drawn from the world's seed; 1 when absent. */
  readonly probability?: number
}

interface ArmedRule {
  readonly rule: FaultRule
  left: number
}

/** Trouble on command, seeded and logged. Rules strike in the order in which they were given; a rule that is used up is gone. */
export class Faults {
  readonly #world: World
  readonly #rules = new Map<Device, ArmedRule[]>()
  readonly #exhausted = new Set<Device>()

  constructor(world: World) {
    this.#world = world
  }

  /** Strikes the next matching stanzas of a device. */
  next(device: Device, rule: FaultRule): void {
    const armed = this.#rules.get(device) ?? []
    armed.push({ rule, left: rule.count ?? 1 })
    this.#rules.set(device, armed)
  }

  /** While on, the server hands out no one-time prekey of this device. */
  exhaustPreKeys(device: Device, on = true): void {
    if (on) this.#exhausted.add(device)
    else this.#exhausted.delete(device)
  }

  exhausted(device: Device): boolean {
    return this.#exhausted.has(device)
  }

  /** Answers the next logins of a device with these failures, one each. */
  failLogins(device: Device, ...failures: readonly { reason: number; expireSeconds?: number; code?: number }[]): void {
    const queue = this.#world.loginFailures.get(device) ?? []
    this.#world.loginFailures.set(device, [...queue, ...failures])
  }

  clear(device?: Device): void {
    if (!device) {
      this.#rules.clear()
      this.#exhausted.clear()
      this.#world.loginFailures.clear()
      return
    }
    this.#rules.delete(device)
    this.#exhausted.delete(device)
    this.#world.loginFailures.delete(device)
  }

  /** What to do with a stanza, if anything. Counts the rule down and logs it. */
  strike(device: Device, direction: Direction, node: WireNode): FaultAction | undefined {
    const armed = this.#rules.get(device)
    if (!armed) return undefined
    const hit = armed.find(({ rule }) => matches(rule, direction, node))
    if (!hit) return undefined
    const { probability = 1, action } = hit.rule
    if (probability < 1 && this.#world.random.next() >= probability) return undefined
    hit.left -= 1
    if (hit.left <= 0) armed.splice(armed.indexOf(hit), 1)
    if (armed.length === 0) this.#rules.delete(device)
    this.#world.log.append('fault', {
      device: deviceName(device),
      direction,
      tag: node.tag,
      id: textAttr(node, 'id'),
      action,
    })
    return action
  }
}

function matches(rule: FaultRule, direction: Direction, node: WireNode): boolean {
  if (rule.direction !== direction) return false
  if (rule.tag !== undefined && rule.tag !== node.tag) return false
  if (rule.type !== undefined && rule.type !== textAttr(node, 'type')) return false
  return rule.xmlns === undefined || rule.xmlns === textAttr(node, 'xmlns')
}

/** Whether a stanza holds something that `corrupt` can spoil. */
export function spoil(world: World, node: WireNode): WireNode {
  return child(node, 'enc') || child(node, 'participants')
    ? corruptCiphertext(node, (limit) => world.random.integer(limit))
    : node
}
