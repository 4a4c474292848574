import type { WireNode } from '../../wire/node.ts'
import { textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../account.ts'
import { deviceName } from '../address.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { LoginFailure } from '../stream-end.ts'
import type { WorldClock } from '../world-clock.ts'
import type { WorldLog } from '../world-log.ts'
import { corruptCiphertext, holdsCiphertext } from './corrupt-ciphertext.ts'
import type { Direction, FaultAction, FaultCondition, FaultRule } from './fault-action.ts'

export type { Direction, FaultAction, FaultCondition, FaultRule } from './fault-action.ts'

/** A fault that waits, or lasts. */
export interface ArmedFault {
  readonly id: string
  readonly devices: readonly Device[]
  readonly what: FaultRule | FaultCondition
  /** World time (ms) when it was armed. */
  readonly since: number
  /** World time (ms) when it is over by itself. */
  readonly until: number | undefined
  /** How often it will still strike; undefined for what lasts. */
  left: number | undefined
}

/** What faults need of their world. */
interface FaultParts {
  readonly clock: WorldClock
  readonly random: SeededRandom
  readonly log: WorldLog
  readonly timelockChanged: (account: Account) => void
}

/** Faults on command, seeded and logged. They strike in the order in which they were given; one that is used up or over is gone. */
export class Faults {
  readonly #world: FaultParts
  readonly #armed = new Map<string, ArmedFault>()
  /** The same by device: asked for with every stanza. */
  readonly #byDevice = new Map<Device, ArmedFault[]>()
  readonly #whenReachable = new Map<Device, (() => void)[]>()
  #nextId = 1

  constructor(world: FaultParts) {
    this.#world = world
  }

  /** Strikes the next matching stanzas of a device, or of several together. Returns the fault's id. */
  next(devices: Device | readonly Device[], rule: FaultRule): string {
    return this.#arm([devices].flat(), rule, rule.count ?? 1, undefined)
  }

  /** Puts devices into a state. Returns the fault's id, with which it can be called off. */
  impose(devices: readonly Device[], condition: FaultCondition): string {
    const ms = lasting(condition)
    const until = ms === undefined ? undefined : this.#world.clock.now() + ms
    const id = this.#arm(devices, condition, condition.kind === 'login-failure' ? 1 : undefined, until)
    this.#tellOfLock(devices, condition)
    return id
  }

  /** While on, the server hands out no one-time prekey of this device. */
  exhaustPreKeys(device: Device, on = true): void {
    if (on) this.impose([device], { kind: 'exhausted-pre-keys' })
    else for (const fault of this.#of(device, 'exhausted-pre-keys')) this.#end(fault, 'called off')
  }

  exhausted(device: Device): boolean {
    return this.#of(device, 'exhausted-pre-keys').length > 0
  }

  /** Answers the next logins of a device with these failures, one each. */
  failLogins(device: Device, ...failures: readonly LoginFailure[]): void {
    for (const { reason, code, expireSeconds: seconds } of failures) {
      const extra = { ...(code === undefined ? {} : { code }), ...(seconds === undefined ? {} : { seconds }) }
      this.impose([device], { kind: 'login-failure', reason, ...extra })
    }
  }

  /** What a login that happens now is refused with, if it is. */
  loginFailure(device: Device): LoginFailure | undefined {
    for (const fault of this.#byDevice.get(device) ?? []) {
      const failure = failureOf(fault, this.#world.clock.now())
      if (!failure) continue
      if (fault.left !== undefined) this.#end(fault, 'used up')
      return failure
    }
    return undefined
  }

  /** World time (ms) until which an account may write only to those it knows, infinite where nobody says until when; undefined when it is free. */
  timelockedUntil(account: Account): number | undefined {
    if (this.#armed.size === 0) return undefined
    const ends = [...account.devices.values()].flatMap((device) =>
      this.#of(device, 'reach-out-timelock').map(({ until }) => until ?? Number.POSITIVE_INFINITY),
    )
    return ends.length > 0 ? Math.max(...ends) : undefined
  }

  /** Whether an account may begin a chat only with a token. */
  demandsTokens(account: Account): boolean {
    if (this.#armed.size === 0) return false
    return [...account.devices.values()].some((device) => this.#of(device, 'strict-tokens').length > 0)
  }

  /** Whether nothing gets from or to this device. */
  unreachable(device: Device): boolean {
    return this.#of(device, 'partition').length > 0
  }

  /** Runs the task once the way is open, after those that wait already. */
  whenReachable(device: Device, task: () => void): void {
    const waiting = this.#whenReachable.get(device) ?? []
    waiting.push(task)
    this.#whenReachable.set(device, waiting)
    if (!this.unreachable(device)) this.#reached(device)
  }

  /** Calls a fault off. False when there is none with that id. */
  cancel(id: string): boolean {
    const fault = this.#armed.get(id)
    if (fault) this.#end(fault, 'called off')
    return fault !== undefined
  }

  /** Calls off everything, or all that concerns one device. */
  clear(device?: Device): void {
    const meant = device ? [...(this.#byDevice.get(device) ?? [])] : [...this.#armed.values()]
    for (const fault of meant) this.#end(fault, 'called off')
  }

  list(): ArmedFault[] {
    return [...this.#armed.values()]
  }

  /** What to do with a stanza, if anything. Counts the rule down and logs it. */
  strike(device: Device, direction: Direction, node: WireNode): FaultAction | undefined {
    const armed = this.#byDevice.get(device)
    if (!armed) return undefined
    const hit = armed.find(({ what }) => 'action' in what && matches(what, direction, node))
    if (!hit || !('action' in hit.what)) return undefined
    const { probability = 1, action } = hit.what
    if (probability < 1 && this.#world.random.next() >= probability) return undefined
    const id = textAttr(node, 'id')
    this.#world.log.append('fault', { device: deviceName(device), direction, tag: node.tag, id, action, fault: hit.id })
    hit.left = (hit.left ?? 1) - 1
    if (hit.left <= 0) this.#end(hit, 'used up')
    return action
  }

  snapshot(): { nextId: number; armed: ArmedFault[] } {
    return { nextId: this.#nextId, armed: this.list().map((fault) => ({ ...fault })) }
  }

  restore({ nextId, armed }: ReturnType<Faults['snapshot']>): void {
    this.#nextId = nextId
    for (const fault of armed) this.#keep({ ...fault, devices: fault.devices.filter((device) => device !== undefined) })
  }

  #of(device: Device, kind: FaultCondition['kind']): ArmedFault[] {
    return this.#byDevice.get(device)?.filter(({ what }) => 'kind' in what && what.kind === kind) ?? []
  }

  #arm(
    devices: readonly Device[],
    what: ArmedFault['what'],
    left: number | undefined,
    until: number | undefined,
  ): string {
    const id = `f${this.#nextId++}`
    this.#keep({ id, devices, what, since: this.#world.clock.now(), until, left })
    this.#world.log.append('fault.armed', { fault: id, devices: devices.map(deviceName), ...what })
    return id
  }

  #keep(fault: ArmedFault): void {
    const { clock } = this.#world
    this.#armed.set(fault.id, fault)
    for (const device of fault.devices) {
      this.#byDevice.set(device, [...(this.#byDevice.get(device) ?? []), fault])
    }
    if (fault.until !== undefined) clock.after(Math.max(0, fault.until - clock.now()), () => this.#end(fault, 'over'))
  }

  #end(fault: ArmedFault, why: 'called off' | 'over' | 'used up'): void {
    if (!this.#armed.delete(fault.id)) return
    for (const device of fault.devices) {
      const rest = this.#byDevice.get(device)?.filter((other) => other !== fault) ?? []
      if (rest.length > 0) this.#byDevice.set(device, rest)
      else this.#byDevice.delete(device)
    }
    this.#world.log.append('fault.ended', { fault: fault.id, devices: fault.devices.map(deviceName), why })
    for (const device of fault.devices) if (!this.unreachable(device)) this.#reached(device)
    this.#tellOfLock(fault.devices, fault.what)
  }

  /** The account gets a notification when a lock begins and when it is over. */
  #tellOfLock(devices: readonly Device[], what: ArmedFault['what']): void {
    if (!('kind' in what) || what.kind !== 'reach-out-timelock') return
    for (const account of new Set(devices.map((device) => device.account))) this.#world.timelockChanged(account)
  }

  #reached(device: Device): void {
    const waiting = this.#whenReachable.get(device) ?? []
    this.#whenReachable.delete(device)
    for (const task of waiting) task()
  }
}

function lasting(condition: FaultCondition): number | undefined {
  if (condition.kind === 'partition') return condition.ms
  if (condition.kind !== 'temporary-ban' && condition.kind !== 'reach-out-timelock') return undefined
  return condition.seconds === undefined ? undefined : condition.seconds * 1000
}

/** Sub-code of a temporary ban for too many unwanted messages: seen in whatsmeow (types/events TempBanReason). */
const usualBanCode = 101

function failureOf({ what, until }: ArmedFault, now: number): LoginFailure | undefined {
  if (!('kind' in what)) return undefined
  switch (what.kind) {
    case 'login-failure': {
      const { reason, code, seconds } = what
      return {
        reason,
        ...(code === undefined ? {} : { code }),
        ...(seconds === undefined ? {} : { expireSeconds: seconds }),
      }
    }
    case 'temporary-ban':
      return {
        reason: 402,
        code: what.code ?? usualBanCode,
        expireSeconds: Math.ceil(((until ?? now) - now) / 1000),
      }
    case 'client-outdated':
      return { reason: 405 }
    default:
      return undefined
  }
}

function matches(rule: FaultRule, direction: Direction, node: WireNode): boolean {
  if (rule.direction !== direction) return false
  if (rule.tag !== undefined && rule.tag !== node.tag) return false
  if (rule.type !== undefined && rule.type !== textAttr(node, 'type')) return false
  if (rule.action.kind === 'corrupt' && !holdsCiphertext(node)) return false
  return rule.xmlns === undefined || rule.xmlns === textAttr(node, 'xmlns')
}

/** A stanza with its ciphertext spoilt. */
export function spoil(world: Pick<FaultParts, 'random'>, node: WireNode): WireNode {
  return corruptCiphertext(node, (limit) => world.random.integer(limit))
}
