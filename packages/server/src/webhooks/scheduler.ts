import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { beyondRequest } from '../observe/request-context.ts'
import { DueQueue } from './due-queue.ts'
import type { Endpoint } from './endpoint.ts'
import { WebhookEndpoints } from './endpoints.ts'
import { Fifo } from './fifo.ts'
import type { Lane } from './lane.ts'

export interface Limits {
  readonly total: number
  readonly perTenant: number
  readonly perEndpoint: number
}

/** What follows for a lane from its turn. */
export type Turn =
  | { readonly kind: 'again' }
  | { readonly kind: 'idle' }
  /** Continue at an instant of the monotonic clock. `troubled`: it waits for an endpoint that does not work. `asked`: the endpoint has named the time itself. */
  | { readonly kind: 'wait'; readonly until: number; readonly troubled?: boolean; readonly asked?: boolean }
  /** As `wait`, also when somebody asks for an attempt now: nothing can be done before. */
  | { readonly kind: 'stop'; readonly until: number }
  /** As `wait`; the endpoint failed at that instant, so that it may be paused for others too. `holdMs`: it has asked for so much time. */
  | { readonly kind: 'trouble'; readonly at: number; readonly until: number; readonly holdMs: number }

/** What a turn came to. */
export interface Outcome {
  readonly turn: Turn
  /** `answered`: the endpoint works, whatever it made of what it was sent. */
  readonly called: 'nobody' | 'failed' | 'answered' | 'delivered'
}

export interface SchedulerOptions {
  readonly limits: Limits
  /** Instants here are monotonic: a clock that is set delays and hurries nobody. */
  readonly clock: Clock
  /** How long the timer may sleep before it looks at the clock again, ms. */
  readonly tickMs: number
  /** Does one turn of a lane, with one attempt at a time. Must not reject. */
  readonly turn: (lane: Lane) => Promise<Outcome>
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
  readonly #endpoints: WebhookEndpoints
  readonly #due = new DueQueue<{ lane: Lane } | { endpoint: Endpoint }>()
  readonly #running = new Map<Lane, Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#endpoints = new WebhookEndpoints(options.clock, (lane, endpoint) => {
      this.#ready(lane)
      this.#unpark(endpoint)
    })
  }

  /** Puts a lane in line unless it is there, runs or waits. `now`: ends its wait. */
  enqueue(lane: Lane, now = false): void {
    if (this.#stopped) return
    if (lane.state === 'waiting' && now) this.#endpoints.endWait(lane)
    else if (lane.state !== 'idle' && !(lane.state === 'parked' && now)) return
    this.#ready(lane)
    this.#pump()
  }

  /** Keeps a lane from its turn until an instant of the monotonic clock. */
  #postpone(lane: Lane, until: number): void {
    lane.state = 'waiting'
    lane.dueAt = until
    this.#due.push(until, { lane })
    this.#arm()
  }

  /** Something was delivered to the endpoint of a lane out of turn: it works, and the lane need not wait for that. */
  delivered(lane: Lane): void {
    if (this.#stopped) return
    const endpoint = this.#endpoints.of(lane)
    const waits = lane.state === 'parked' || endpoint.troubled.has(lane)
    lane.proven = waits || lane.state === 'running' || lane.state === 'ready'
    if (waits) lane.hurry = true
    this.#endpoints.delivered(endpoint)
    if (waits) this.enqueue(lane, true)
    this.#pump()
  }

  /** Lets a lane that waits for its endpoint to work try before its time when something came that could show whether it does, unless the endpoint itself has
   *  named the time. */
  tryEarly(lane: Lane): void {
    if (this.#stopped || !lane.alone || !lane.joined || lane.asked) return
    const endpoint = this.#endpoints.of(lane)
    if (!endpoint.troubled.has(lane)) return
    this.#endpoints.tryEarly(lane, endpoint)
    this.#pump()
  }

  /** Gives no more turns and resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await Promise.all(this.#running.values())
  }

  /** Resolves when no turn of the lane is under way. */
  async rests(lane: Lane): Promise<void> {
    await this.#running.get(lane)
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
    const endpoint = this.#endpoints.of(lane)
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
    // The request that happened to wake the lane is not what it works for.
    const run = beyondRequest(() => this.#options.turn(lane)).then((outcome) =>
      this.#ended(lane, tenant, endpoint, outcome),
    )
    this.#running.set(lane, run)
  }

  async #ended(lane: Lane, tenant: Tenant, endpoint: Endpoint, outcome: Outcome): Promise<void> {
    // Such a turn may have passed in microtasks alone, and so may the next: the event loop gets its own turn in between.
    if (outcome.called === 'nobody') await setImmediate()
    this.#running.delete(lane)
    tenant.inFlight--
    endpoint.inFlight--
    this.#settle(lane, endpoint, outcome)
    this.#queue(tenant)
    this.#forget(lane.tenant, tenant)
    this.#pump()
  }

  #settle(lane: Lane, endpoint: Endpoint, { turn, called }: Outcome): void {
    if (turn.kind === 'trouble') endpoint.breaker.failed(turn.at, turn.holdMs)
    else if (called === 'delivered') this.#endpoints.delivered(endpoint)
    else if (called === 'answered') this.#endpoints.answered(endpoint)
    else endpoint.breaker.release()
    if (turn.kind === 'again') this.#ready(lane)
    else if (turn.kind === 'idle') {
      lane.state = 'idle'
      lane.proven = false
      this.#options.idle(lane)
    } else if (turn.kind === 'stop') this.#postpone(lane, turn.until)
    else if (lane.hurry || (lane.proven && turn.kind === 'trouble')) {
      // Somebody asked for an attempt while this one was under way, or a test arrived in between.
      lane.hurry = true
      this.#ready(lane)
    } else {
      const troubled = turn.kind === 'trouble' || turn.troubled === true
      lane.asked = turn.kind === 'trouble' ? turn.holdMs > 0 : turn.asked === true
      lane.proven = false
      this.#postpone(lane, turn.until)
      if (troubled) this.#endpoints.wait(lane, endpoint, turn.until)
      // It may have come while this turn was under way.
      this.tryEarly(lane)
    }
    this.#unpark(endpoint)
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
    // The pause is over, and what is under way fills its places: the end of each looks at what is parked.
    if (at <= this.#options.clock.monotonic()) return
    endpoint.wakeAt = at
    this.#due.push(at, { endpoint })
    this.#arm()
  }

  #forget(tenantId: number, tenant: Tenant): void {
    if (tenant.inFlight === 0 && tenant.ready.size === 0 && !tenant.queued) this.#tenants.delete(tenantId)
    if (this.#running.size === 0) this.#endpoints.tidy()
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
        this.#endpoints.endWait(due.lane)
        this.#ready(due.lane)
      }
    }
    this.#pump()
    this.#arm()
  }
}
