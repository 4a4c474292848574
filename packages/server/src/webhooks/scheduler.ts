import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { DueQueue } from './due-queue.ts'
import { Endpoint } from './endpoint.ts'
import { Fifo } from './fifo.ts'
import type { Lane } from './lane.ts'

export interface Limits {
  readonly total: number
  readonly perTenant: number
  readonly perEndpoint: number
}

/** What a turn of a lane came to. */
export type Turn =
  | { readonly kind: 'again' }
  | { readonly kind: 'idle' }
  /** Go on at an instant of the monotonic clock. */
  | { readonly kind: 'wait'; readonly until: number }
  /** As `wait`; the endpoint was in trouble at that instant, so that it may be paused for others too. */
  | { readonly kind: 'trouble'; readonly at: number; readonly until: number; readonly holdMs: number }

export interface SchedulerOptions {
  readonly limits: Limits
  /** Instants here are monotonic: a clock that is set delays and hurries nobody. */
  readonly clock: Clock
  /** How long the timer may sleep before it looks at the clock again, ms. */
  readonly tickMs: number
  /** Does one turn of a lane: at most one attempt. Must not reject. `reached`: the endpoint was called and answered. */
  readonly turn: (lane: Lane) => Promise<{ turn: Turn; reached: boolean }>
  /** The lane has nothing to do. */
  readonly idle: (lane: Lane) => void
}

interface Tenant {
  readonly ready: Fifo<Lane>
  inFlight: number
  queued: boolean
}

/** Gives turns: tenants in rotation, lanes of a tenant in rotation, within the limits in total, a tenant and an endpoint. Nothing here sleeps:
 *  what is due later is an entry in one queue with one timer. */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #tenants = new Map<number, Tenant>()
  readonly #rotation = new Fifo<Tenant>()
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #due = new DueQueue<{ lane: Lane } | { endpoint: Endpoint }>()
  readonly #running = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: SchedulerOptions) {
    this.#options = options
  }

  /** Puts a lane in line unless it is there, runs or waits. `now`: ends its wait. */
  enqueue(lane: Lane, now = false): void {
    if (this.#stopped) return
    if (lane.state === 'waiting' && now) this.#endpoint(lane).troubled.delete(lane)
    else if (lane.state !== 'idle' && !(lane.state === 'parked' && now)) return
    this.#ready(lane)
    this.#pump()
  }

  /** Keeps a lane from its turn until an instant of the monotonic clock. */
  postpone(lane: Lane, until: number): void {
    lane.state = 'waiting'
    lane.dueAt = until
    this.#due.push(until, { lane })
    this.#arm()
  }

  /** Gives no more turns and resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await Promise.all(this.#running)
  }

  #ready(lane: Lane): void {
    lane.state = 'ready'
    const tenant = this.#tenants.get(lane.tenant) ?? { ready: new Fifo<Lane>(), inFlight: 0, queued: false }
    this.#tenants.set(lane.tenant, tenant)
    tenant.ready.push(lane)
    this.#queue(tenant)
  }

  #queue(tenant: Tenant): void {
    if (tenant.queued || tenant.ready.size === 0 || tenant.inFlight >= this.#options.limits.perTenant) return
    tenant.queued = true
    this.#rotation.push(tenant)
  }

  #pump(): void {
    while (!this.#stopped && this.#running.size < this.#options.limits.total) {
      const tenant = this.#rotation.shift()
      if (!tenant) return
      tenant.queued = false
      const lane = tenant.ready.shift()
      if (lane) this.#start(lane, tenant)
      this.#queue(tenant)
    }
  }

  #start(lane: Lane, tenant: Tenant): void {
    const endpoint = this.#endpoint(lane)
    const free = endpoint.inFlight < this.#options.limits.perEndpoint
    // A person who asks for an attempt gets it, paused or not.
    if (!free || !(lane.hurry || endpoint.breaker.admit(this.#options.clock.monotonic()))) {
      lane.state = 'parked'
      endpoint.parked.push(lane)
      this.#watch(endpoint)
      return
    }
    lane.state = 'running'
    tenant.inFlight++
    endpoint.inFlight++
    const run = this.#options.turn(lane).then(async ({ turn, reached }) => {
      // Such a turn may have passed in microtasks alone, and so may the next: the event loop gets its own turn in between.
      if (!reached) await setImmediate()
      this.#running.delete(run)
      tenant.inFlight--
      endpoint.inFlight--
      this.#settle(lane, endpoint, turn, reached)
      this.#queue(tenant)
      this.#forget(lane.tenant, tenant)
      this.#pump()
    })
    this.#running.add(run)
  }

  #settle(lane: Lane, endpoint: Endpoint, turn: Turn, reached: boolean): void {
    if (turn.kind === 'trouble') endpoint.breaker.failed(turn.at, turn.holdMs)
    else if (!reached) endpoint.breaker.release()
    else if (endpoint.breaker.succeeded()) this.#recovered(endpoint)
    if (turn.kind === 'again') this.#ready(lane)
    else if (turn.kind === 'idle') {
      lane.state = 'idle'
      this.#options.idle(lane)
    } else if (lane.hurry) {
      // Somebody asked for an attempt while this one was under way.
      this.#ready(lane)
    } else {
      lane.troubled = turn.kind === 'trouble'
      if (lane.troubled) endpoint.troubled.add(lane)
      this.postpone(lane, turn.until)
    }
    this.#unpark(endpoint)
  }

  /** The endpoint works again: whoever waited for that need not wait any longer. */
  #recovered(endpoint: Endpoint): void {
    for (const lane of endpoint.troubled) {
      lane.hurry = true
      lane.troubled = false
      if (lane.state === 'waiting') this.#ready(lane)
    }
    endpoint.troubled.clear()
  }

  /** Puts parked lanes back in line: as many as the endpoint has room for, one when it must be probed, none while it is paused. */
  #unpark(endpoint: Endpoint): void {
    const now = this.#options.clock.monotonic()
    let room = this.#options.limits.perEndpoint - endpoint.inFlight
    if (endpoint.breaker.opensAt > now) room = 0
    while (room > 0) {
      const lane = endpoint.parked.shift()
      if (!lane) break
      // Somebody may have put it in line already.
      if (lane.state !== 'parked') continue
      this.#ready(lane)
      room--
    }
    this.#watch(endpoint)
  }

  #watch(endpoint: Endpoint): void {
    const at = endpoint.breaker.opensAt
    if (endpoint.parked.size === 0 || at === 0 || endpoint.wakeAt === at) return
    endpoint.wakeAt = at
    this.#due.push(at, { endpoint })
    this.#arm()
  }

  /** Lanes of one tenant with one URL share an endpoint; tenants never do. */
  #endpoint(lane: Lane): Endpoint {
    const key = `${lane.tenant} ${lane.url}`
    const known = this.#endpoints.get(key)
    if (known) return known
    const made = new Endpoint()
    this.#endpoints.set(key, made)
    return made
  }

  #forget(tenantId: number, tenant: Tenant): void {
    if (tenant.inFlight === 0 && tenant.ready.size === 0 && !tenant.queued) this.#tenants.delete(tenantId)
    // Looking through all endpoints costs more than a few that linger.
    if (this.#endpoints.size < 1000 || this.#running.size > 0) return
    for (const [key, endpoint] of this.#endpoints) if (endpoint.isForgettable) this.#endpoints.delete(key)
  }

  #arm(): void {
    const next = this.#due.nextAt
    if (this.#stopped || next === undefined) return
    clearTimeout(this.#timer)
    const wait = Math.max(0, next - this.#options.clock.monotonic())
    this.#timer = setTimeout(() => this.#wake(), Math.min(wait, this.#options.tickMs)).unref()
  }

  #wake(): void {
    const now = this.#options.clock.monotonic()
    for (let due = this.#due.shiftDue(now); due; due = this.#due.shiftDue(now)) {
      if ('endpoint' in due) {
        due.endpoint.wakeAt = 0
        this.#unpark(due.endpoint)
      } else if (due.lane.state === 'waiting' && due.lane.dueAt <= now) {
        this.#endpoint(due.lane).troubled.delete(due.lane)
        this.#ready(due.lane)
      }
    }
    this.#pump()
    this.#arm()
  }
}
