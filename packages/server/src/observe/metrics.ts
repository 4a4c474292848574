import type { EngineThreads } from '@switchboard/engine'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { StoredBacklog } from '../storage/backlog-store.ts'
import { backlogGauges } from './backlog-gauges.ts'
import { watchEventLoop } from './event-loop.ts'
import { processMetrics } from './process-metrics.ts'

/** Which program this is, as labels of `switchboard_build_info`. */
export interface Build {
  readonly version: string
  readonly database: string
  /** It is one of several gateways. */
  readonly shared?: boolean
}

/** What a node among several counts. */
export interface NodeFigures {
  /** Nodes that are alive. */
  readonly live: number
  /** Devices of this node now; and since its start how many it claimed, gave away, and lost without giving them away. */
  readonly devices: number
  readonly claimed: number
  readonly released: number
  readonly lost: number
  /** How often this node was not heard in time. */
  readonly losses: number
}

/** How many devices are in trouble, as far as anybody can see, and how many are paused. */
export interface SafetyFigures {
  readonly watch: number
  readonly danger: number
  readonly paused: number
}

/** What is asked for at each scrape. */
export interface Sources {
  /** Devices of this process by session state. */
  sessions(): Readonly<Record<string, number>>
  /** Of the engine, when it has any. */
  threads(): EngineThreads | undefined
  safety(): SafetyFigures
  /** What waits in the database; rejects when it does not answer. */
  backlog(): Promise<StoredBacklog>
  /** Of this gateway among several, when it is. */
  node?(): Promise<NodeFigures>
  /** Unix ms */
  now(): number
}

/** Numbers for Prometheus. Labels never hold a device, a phone number or a URL. Names carry their unit, and `_total` when they only grow. */
export interface Metrics {
  httpAnswered(operation: string, status: number, seconds: number): void
  /** Counts what the event log took, by type: `message.received`, `message.sent`, `message.failed`… */
  eventLogged(type: string): void
  connected(seconds: number): void
  connectionEnded(state: string, reason: string): void
  reconnecting(reason: string): void
  keepaliveMissed(): void
  sendAcknowledged(seconds: number): void
  sendEnded(outcome: string): void
  /** A send may not leave now, and waits. */
  sendHeld(reason: string): void
  webhookAttempted(outcome: string, seconds: number): void
  webhookDelivered(lagSeconds: number): void
  deadLetter(): void
  committed(seconds: number): void
  databaseFailed(kind: string): void
  /** The connection to NATS came or went. */
  busChanged(isThere: boolean): void
  /** A request was handed to the node that has its device. */
  forwarded(way: 'bus' | 'http', outcome: 'answered' | 'away' | 'nobody' | 'lost', seconds: number): void
  /** Where to ask at each scrape. Until then, what comes from there is absent. */
  askFrom(sources: Sources): void
  /** Text in Prometheus' format. */
  render(): Promise<string>
  stop(): void
}

/** Every state that a session may have. A state without sessions is reported as 0, so that an alert can compare. */
const sessionStates = [
  ...['idle', 'connecting', 'pairing', 'passkey_required', 'passkey_confirm', 'passkey_failed', 'open', 'closed'],
  ...['replaced', 'logged_out', 'banned', 'outdated', 'blocked'],
]
const outcomes = ['sent', 'failed', 'expired', 'unknown', 'cancelled']

const noThreads: EngineThreads = { running: 0, ended: { error: 0, memory: 0, exit: 0, standstill: 0 } }

/** Seconds: from a quick local step to one that somebody notices, and from there to hours. */
const quick = [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60]
const slow = [0.1, 0.5, 2, 10, 60, 600, 3600, 21_600]

const counters = (registers: Registry[]) => {
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter<Label>({ name: `switchboard_${name}_total`, help, labelNames, registers })
  return {
    events: counter('events', 'Events by type; messages received, sent and failed are among them', 'type'),
    ends: counter(
      'connection_ends',
      'Connections that ended, by the state they ended in and the reason',
      'state',
      'reason',
    ),
    reconnects: counter(
      'reconnects',
      'Automatic attempts to connect again, by the reason for which it was needed',
      'reason',
    ),
    keepalives: counter('keepalive_misses', 'Signs of life that WhatsApp did not answer'),
    sends: counter('sends', 'Sends that ended, by outcome', 'outcome'),
    held: counter('sends_held', 'Times that sends of a device were made to wait, by reason', 'reason'),
    undecryptable: counter('decrypt_failures', 'Received messages that could not be decrypted'),
    attempts: counter('webhook_attempts', 'Webhook requests by outcome', 'outcome'),
    deadLetters: counter('webhook_dead_letters', 'Events that a webhook refused for good'),
    databaseErrors: counter('database_errors', 'Transactions that failed, by kind', 'kind'),
    threadEnds: counter('engine_thread_ends', 'Threads of the engine that crashed, by cause', 'cause'),
  }
}

const histograms = (registers: Registry[]) => {
  const histogram = <Label extends string>(name: string, help: string, buckets: number[], ...labelNames: Label[]) =>
    new Histogram<Label>({ name: `switchboard_${name}_seconds`, help, labelNames, buckets, registers })
  return {
    http: histogram('http_request_duration', 'Time from request to answer', quick, 'operation', 'status'),
    connect: histogram('connect_duration', 'Time from the start of an attempt until the device is connected', slow),
    ack: histogram('send_ack', 'Time from writing a message until WhatsApp acknowledges it', quick),
    attempt: histogram('webhook_attempt_duration', 'Time that a webhook request takes', quick),
    lag: histogram('webhook_lag', 'Time from an event until a webhook has taken it', slow),
    commit: histogram('database_commit', 'Time until a change is on disk, waiting included', quick),
  }
}

const gauges = (registers: Registry[], build: Build) => {
  const info = new Gauge({
    name: 'switchboard_build_info',
    help: 'Always 1: which version this is',
    labelNames: ['version', 'node', 'database'],
    registers,
  })
  info.set({ ...build, node: process.version }, 1)
  const sessions = new Gauge({
    name: 'switchboard_sessions',
    help: 'Devices of this process by session state',
    labelNames: ['state'],
    registers,
  })
  const threads = new Gauge({
    name: 'switchboard_engine_threads',
    help: 'Threads that have WhatsApp connections; 0: the main thread has all of them',
    registers,
  })
  const up = new Gauge({ name: 'switchboard_database_up', help: '1 while the database answers', registers })
  const answer = new Gauge({
    name: 'switchboard_database_query_seconds',
    help: 'How long the database took to say what waits, at this scrape',
    registers,
  })
  const safety = new Gauge({
    name: 'switchboard_safety_devices',
    help: 'Devices of this process that are judged to be in trouble, or are paused',
    labelNames: ['state'],
    registers,
  })
  return { sessions, threads, safety, up, answer, backlog: backlogGauges(registers) }
}

/** What only one of several gateways has. */
const clusterMetrics = (registers: Registry[]) => ({
  nodes: new Gauge({ name: 'switchboard_nodes', help: 'Nodes that are alive', registers }),
  devices: new Gauge({ name: 'switchboard_node_devices', help: 'Devices that this node has', registers }),
  claims: new Counter({
    name: 'switchboard_device_claims_total',
    help: 'Devices that this node has claimed',
    registers,
  }),
  moves: new Counter({
    name: 'switchboard_device_moves_total',
    help: 'Devices that this node has given to others',
    registers,
  }),
  lostDevices: new Counter({
    name: 'switchboard_device_losses_total',
    help: 'Devices that this node lost without giving them away',
    registers,
  }),
  nodeLosses: new Counter({
    name: 'switchboard_node_losses_total',
    help: 'How often this node was not heard in time and dropped its devices',
    registers,
  }),
  bus: new Gauge({ name: 'switchboard_bus_up', help: '1 while NATS is connected', registers }),
  losses: new Counter({
    name: 'switchboard_bus_losses_total',
    help: 'Times that the connection to NATS was lost',
    registers,
  }),
  forwards: new Histogram({
    name: 'switchboard_forward_duration_seconds',
    help: 'Time that the node of a device takes for a request that came in elsewhere',
    labelNames: ['way', 'outcome'] as const,
    buckets: quick,
    registers,
  }),
})

export const createMetrics = ({ shared = false, ...build }: Build): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  const count = counters(registers)
  const time = histograms(registers)
  const now = gauges(registers, build)
  const cluster = shared ? clusterMetrics(registers) : undefined
  processMetrics(registers)
  const stopWatching = watchEventLoop(registers)
  for (const outcome of outcomes) count.sends.inc({ outcome }, 0)
  now.backlog.hide()
  let sources: Sources | undefined

  const showThreads = ({ running, ended }: EngineThreads): void => {
    now.threads.set(running)
    count.threadEnds.reset()
    for (const [cause, ends] of Object.entries(ended)) count.threadEnds.inc({ cause }, ends)
  }

  const showNode = ({ live, devices, claimed, released, lost, losses }: NodeFigures): void => {
    if (!cluster) return
    cluster.nodes.set(live)
    cluster.devices.set(devices)
    for (const [counter, value] of [
      [cluster.claims, claimed],
      [cluster.moves, released],
      [cluster.lostDevices, lost],
      [cluster.nodeLosses, losses],
    ] as const) {
      counter.reset()
      counter.inc(value)
    }
  }

  const ask = async ({ sessions, threads, safety, backlog, node, now: clock }: Sources): Promise<void> => {
    showThreads(threads() ?? noThreads)
    const counts = sessions()
    for (const state of new Set([...sessionStates, ...Object.keys(counts)]))
      now.sessions.set({ state }, counts[state] ?? 0)
    for (const [state, devices] of Object.entries(safety())) now.safety.set({ state }, devices)
    const begun = performance.now()
    try {
      now.backlog.show(await backlog(), clock())
      if (node) showNode(await node())
      now.up.set(1)
      now.answer.set((performance.now() - begun) / 1000)
    } catch {
      now.up.set(0)
      now.backlog.hide()
    }
  }

  return {
    httpAnswered: (operation, status, seconds) => time.http.observe({ operation, status }, seconds),
    eventLogged(type) {
      count.events.inc({ type })
      if (type === 'message.undecryptable') count.undecryptable.inc()
    },
    connected: (seconds) => time.connect.observe(seconds),
    connectionEnded: (state, reason) => count.ends.inc({ state, reason }),
    reconnecting: (reason) => count.reconnects.inc({ reason }),
    keepaliveMissed: () => count.keepalives.inc(),
    sendAcknowledged: (seconds) => time.ack.observe(seconds),
    sendEnded: (outcome) => count.sends.inc({ outcome }),
    sendHeld: (reason) => count.held.inc({ reason }),
    webhookAttempted(outcome, seconds) {
      count.attempts.inc({ outcome })
      time.attempt.observe(seconds)
    },
    webhookDelivered: (lag) => time.lag.observe(lag),
    deadLetter: () => count.deadLetters.inc(),
    committed: (seconds) => time.commit.observe(seconds),
    databaseFailed: (kind) => count.databaseErrors.inc({ kind }),
    busChanged(isThere) {
      cluster?.bus.set(isThere ? 1 : 0)
      if (!isThere) cluster?.losses.inc()
    },
    forwarded: (way, outcome, seconds) => cluster?.forwards.observe({ way, outcome }, seconds),
    askFrom: (given) => {
      sources = given
    },
    async render() {
      if (sources) await ask(sources)
      return registry.metrics()
    },
    stop: stopWatching,
  }
}
