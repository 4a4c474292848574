import type { Peers } from '../cluster/peers.ts'
import { AppError } from '../errors/app-error.ts'
import type { ReconnectOutcome, SessionStatus, Sessions } from './sessions.ts'

interface Found {
  readonly id: string
  readonly status: SessionStatus
}

declare module '../cluster/peers.ts' {
  interface NodeQuestions {
    /** Devices in one of these states, as they are now. */
    readonly devices_in: { readonly asked: readonly string[]; readonly answer: readonly Found[] }
    /** Connects what is offline, and waits so long for outcomes, ms. */
    readonly reconnect_all: { readonly asked: number; readonly answer: readonly ReconnectOutcome[] }
  }
}

type Own = Pick<Sessions, 'find' | 'status' | 'reconnectAll'>

/** What a connection ends with that never got through to WhatsApp. */
const outOfReach = new Set(['connect_failed', 'proxy_failed', 'handshake_failed', 'service_unavailable'])

const ownDevicesIn = (sessions: Own, states: readonly string[]): Found[] => {
  const wanted = new Set(states)
  const ids = sessions.find(({ state }) => {
    const unreachable = state.name === 'closed' && outOfReach.has(state.reason ?? '')
    return wanted.has(state.name) || (unreachable && wanted.has('unreachable'))
  })
  return ids.map((id) => ({ id, status: sessions.status(id) }))
}

/** The connections of all nodes together. */
export class Fleet {
  readonly #sessions: Own
  readonly #peers: Peers | undefined

  /** @param peers undefined for a gateway that is alone */
  constructor(sessions: Own, peers: Peers | undefined) {
    this.#sessions = sessions
    this.#peers = peers
    peers?.answer('devices_in', async (states) => ownDevicesIn(sessions, states))
    peers?.answer('reconnect_all', (waitMs) => sessions.reconnectAll(waitMs))
  }

  /** Devices with a connection in one of these states, or `unreachable`: WhatsApp or the proxy cannot be reached.
   *  @throws AppError not_ready when a node does not answer */
  async devicesIn(states: readonly string[]): Promise<ReadonlyMap<string, SessionStatus>> {
    const others = await this.#peers?.ask('devices_in', states)
    if (others && others.silent.length > 0) throw silence(others.silent)
    const all = [...(others?.answers.flat() ?? []), ...ownDevicesIn(this.#sessions, states)]
    return new Map(all.map(({ id, status }) => [id, status]))
  }

  /** Connects every linked device that is offline, whichever node has it, and says what came of it within the bound, and which nodes did not answer. */
  async reconnectAll(waitMs: number): Promise<{ outcomes: ReconnectOutcome[]; silent: string[] }> {
    const [own, others] = await Promise.all([
      this.#sessions.reconnectAll(waitMs),
      this.#peers?.ask('reconnect_all', waitMs, waitMs),
    ])
    return { outcomes: [...own, ...(others?.answers.flat() ?? [])], silent: others?.silent ?? [] }
  }
}

const silence = (nodes: readonly string[]): AppError =>
  new AppError('not_ready', `These nodes do not answer just now, and have a part of the devices: ${nodes.join(', ')}`, {
    details: { nodes },
    retryAfterSeconds: 5,
  })
