import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { beyondRequest } from '../observe/request-context.ts'
import { DueQueue } from './due-queue.ts'
import { Endpoint } from './endpoint.ts'
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
  /** Go on at an instant of the monotonic clock. `troubled`: it waits for an endpoint that does not work. `asked`: the endpoint has named the time itself. */
  | { readonly kind: 'wait'; readonly until: number; readonly troubled?: boolean; readonly asked?: boolean }
  /** As `wait`; the endpoint was in trouble at that instant, so that it may be paused for others too. `holdMs`: it has asked for so much time. */
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

/** So many endpoints of a host are tried at once when one of them works. */
const triedAtOnce = 8

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
  /** Endpoints in trouble, by host. */
  readonly #ailing = new Map<string, Set<Endpoint>>()
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
    if (lane.state === 'waiting' && now) this.#endWait(lane, this.#endpoint(lane))
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
    const endpoint = this.#endpoint(lane)
    const waits = lane.state === 'parked' || endpoint.troubled.has(lane)
    if (lane.state !== 'idle') lane.proven = true
    if (waits) lane.hurry = true
    this.#works(endpoint)
    if (waits) this.enqueue(lane, true)
    this.#pump()
  }

  /** Lets a lane that waits for its endpoint to work try before its time, unless the endpoint itself has named the time. */
  tryEarly(lane: Lane): void {
    const endpoint = this.#endpoint(lane)
    if (this.#stopped || lane.asked || !endpoint.troubled.has(lane)) return
    this.#startEarly(lane, endpoint)
    this.#pump()
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
    // The request that happened to wake the lane is not what it works for.
    const run: Promise<void> = beyondRequest(() => this.#options.turn(lane)).then((outcome) =>
      this.#ended(lane, tenant, endpoint, run, outcome),
    )
    this.#running.add(run)
  }

  async #ended(lane: Lane, tenant: Tenant, endpoint: Endpoint, run: Promise<void>, outcome: Outcome): Promise<void> {
    // Such a turn may have passed in microtasks alone, and so may the next: the event loop gets its own turn in between.
    if (outcome.called === 'nobody') await setImmediate()
    this.#running.delete(run)
    tenant.inFlight--
    endpoint.inFlight--
    this.#settle(lane, endpoint, outcome)
    this.#queue(tenant)
    this.#forget(lane.tenant, tenant)
    this.#pump()
  }

  #settle(lane: Lane, endpoint: Endpoint, { turn, called }: Outcome): void {
    if (turn.kind === 'trouble') endpoint.breaker.failed(turn.at, turn.holdMs)
    else if (called === 'delivered') this.#works(endpoint)
    else if (called === 'answered') this.#closeBreaker(endpoint)
    else endpoint.breaker.release()
    if (turn.kind === 'again') this.#ready(lane)
    else if (turn.kind === 'idle') {
      lane.state = 'idle'
      lane.proven = false
      this.#options.idle(lane)
    } else if (lane.hurry || lane.proven) {
      // Somebody asked for an attempt while this one was under way, or a test arrived meanwhile.
      lane.hurry = true
      this.#ready(lane)
    } else {
      const troubled = turn.kind === 'trouble' || turn.troubled === true
      lane.asked = turn.kind === 'trouble' ? turn.holdMs > 0 : turn.asked === true
      if (troubled) this.#ail(lane, endpoint, turn.until)
      this.#postpone(lane, turn.until)
    }
    this.#unpark(endpoint)
  }

  /** A lane waits for an endpoint to work. */
  #ail(lane: Lane, endpoint: Endpoint, until: number): void {
    endpoint.troubled.add(lane)
    if (lane.asked || until === lane.cutShort) return
    endpoint.hopeful.add(lane)
    const others = this.#ailing.get(endpoint.host) ?? new Set()
    this.#ailing.set(endpoint.host, others.add(endpoint))
  }

  #endWait(lane: Lane, endpoint: Endpoint): void {
    endpoint.troubled.delete(lane)
    endpoint.hopeful.delete(lane)
  }

  /** A delivery was taken by an endpoint. That is a reason to try others at its host: some each time, so that a host that comes back is not run over. */
  #works(endpoint: Endpoint): void {
    this.#closeBreaker(endpoint)
    const ailing = this.#ailing.get(endpoint.host)
    let count = 0
    for (const other of ailing ?? []) {
      if (++count > triedAtOnce) break
      this.#hope(other)
      // The others come first next time.
      ailing?.delete(other)
      if (other.hopeful.size > 0) ailing?.add(other)
    }
    if (ailing?.size === 0) this.#ailing.delete(endpoint.host)
  }

  #closeBreaker(endpoint: Endpoint): void {
    if (endpoint.breaker.succeeded()) this.#recovered(endpoint)
  }

  /** Tries an endpoint in trouble before its time, by one lane. */
  #hope(endpoint: Endpoint): void {
    const [lane] = endpoint.hopeful
    if (!lane || !endpoint.breaker.hope(this.#options.clock.monotonic())) return
    this.#startEarly(lane, endpoint)
    this.#unpark(endpoint)
  }

  #startEarly(lane: Lane, endpoint: Endpoint): void {
    this.#endWait(lane, endpoint)
    lane.early = lane.dueAt
    lane.cutShort = lane.dueAt
    this.#ready(lane)
  }

  /** The endpoint works again: whoever waited for that need not wait any longer. */
  #recovered(endpoint: Endpoint): void {
    for (const lane of endpoint.troubled) this.#startEarly(lane, endpoint)
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

  /** Lanes of one tenant with one URL share an endpoint; tenants never do. */
  #endpoint(lane: Lane): Endpoint {
    const key = `${lane.tenant} ${lane.url}`
    const known = this.#endpoints.get(key)
    if (known) return known
    const made = new Endpoint(lane.tenant, lane.url)
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
        this.#endWait(due.lane, this.#endpoint(due.lane))
        this.#ready(due.lane)
      }
    }
    this.#pump()
    this.#arm()
  }
}
