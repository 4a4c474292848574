import type { Clock } from '../clock.ts'
import { Endpoint } from './endpoint.ts'
import type { Lane } from './lane.ts'

/** So many endpoints of a host are tried at once when one of them works. */
const triedAtOnce = 8
/** Looking through all endpoints costs more than a few that linger. */
const mayLinger = 1000

/** Every endpoint that is called, and which lanes wait for which of them to work. */
export class WebhookEndpoints {
  readonly #clock: Clock
  readonly #tryNow: (lane: Lane, endpoint: Endpoint) => void
  readonly #all = new Map<string, Endpoint>()
  /** Those that do not work, by host. */
  readonly #ailing = new Map<string, Set<Endpoint>>()

  /** @param tryNow puts a lane in line, with what is parked at its endpoint */
  constructor(clock: Clock, tryNow: (lane: Lane, endpoint: Endpoint) => void) {
    this.#clock = clock
    this.#tryNow = tryNow
  }

  /** Lanes of one tenant with one URL share an endpoint; tenants never do. */
  of(lane: Lane): Endpoint {
    const key = `${lane.tenant} ${lane.url}`
    const known = this.#all.get(key)
    if (known) return known
    const made = new Endpoint(lane.tenant, lane.url)
    this.#all.set(key, made)
    return made
  }

  /** A lane waits for an endpoint to work, at most until an instant. */
  wait(lane: Lane, endpoint: Endpoint, until: number): void {
    endpoint.troubled.add(lane)
    if (lane.asked || until === lane.cutShort) return
    endpoint.hopeful.add(lane)
    const others = this.#ailing.get(endpoint.host) ?? new Set()
    this.#ailing.set(endpoint.host, others.add(endpoint))
  }

  endWait(lane: Lane, endpoint = this.of(lane)): void {
    endpoint.troubled.delete(lane)
    endpoint.hopeful.delete(lane)
  }

  /** An endpoint has answered: lanes that waited for that need not wait any longer. */
  answered(endpoint: Endpoint): void {
    if (!endpoint.breaker.succeeded()) return
    for (const lane of endpoint.troubled) this.tryEarly(lane, endpoint)
  }

  /** An endpoint took a delivery. That is a reason to try others at its host: some each time, so that a host that comes back is not run over. */
  delivered(endpoint: Endpoint): void {
    this.answered(endpoint)
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

  /** Lets a lane try before its wait ends. */
  tryEarly(lane: Lane, endpoint: Endpoint): void {
    this.endWait(lane, endpoint)
    lane.early = lane.dueAt
    lane.cutShort = lane.dueAt
    this.#tryNow(lane, endpoint)
  }

  /** Forgets endpoints of which there is nothing to remember, when there are many. */
  tidy(): void {
    if (this.#all.size < mayLinger) return
    for (const [key, endpoint] of this.#all) if (endpoint.isForgettable) this.#all.delete(key)
  }

  /** Tries an endpoint before its time, by one lane. */
  #hope(endpoint: Endpoint): void {
    const [lane] = endpoint.hopeful
    if (lane && endpoint.breaker.hope(this.#clock.monotonic())) this.tryEarly(lane, endpoint)
  }
}
