import { parentPort, workerData } from 'node:worker_threads'
import { type AbilityName, abilityNames } from '../abilities/index.ts'
import type { Engine } from '../engine.ts'
import type { Logger } from '../logger.ts'
import type { OpenOptions, Session } from '../session.ts'
import type { HostCalls } from './host-calls.ts'
import {
  type LogLevel,
  logLevels,
  type OpenedSession,
  type OpenOrders,
  root,
  sharedNow,
  type ThreadOrders,
} from './orders.ts'
import { Peer } from './peer.ts'

/** What the engine of a thread is made with. */
export interface ThreadParts {
  readonly logger: Logger
  /** As {@link ShardOptions.settings} says them. */
  readonly settings: unknown
}

/** Runs an engine for the thread that started this one: the whole of a thread's entry module. */
export function serveThread(create: (parts: ThreadParts) => Engine): void {
  const port = parentPort
  if (!port) throw new Error('this module is for a worker thread')
  const { logLevel, signMs, settings } = workerData as ThreadOrders
  const peer = new Peer(port)
  const logger = loggerOver(peer, logLevel)
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message, stack }) => logger.warn({ warning: name, stack }, message))
  const engine = create({ logger, settings })
  const sessions = new Sessions(peer, engine)
  peer.objects.set(root, (method, [orders]) => {
    if (method === 'open') return sessions.open(orders as OpenOrders)
    if (method === 'forget') return sessions.forget(orders as number)
    return engine.close()
  })
  setInterval(() => sessions.sayHeard(), signMs).unref()
  port.on('message', (messages) => peer.take(messages))
  // What cannot be read was a call of somebody who would wait for it for ever.
  port.on('messageerror', (error) => {
    throw error
  })
  // It runs.
  sessions.sayHeard()
}

function loggerOver(peer: Peer, lowest: LogLevel | 'silent'): Logger {
  const from = lowest === 'silent' ? logLevels.length : logLevels.indexOf(lowest)
  const line = (level: LogLevel) => (fields: object, message: string) => {
    if (logLevels.indexOf(level) < from) return
    try {
      peer.tell(root, 'log', [level, fields, message])
    } catch {
      peer.tell(root, 'log', [level, { fields: Object.keys(fields) }, message])
    }
  }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}

/** The sessions of a thread, as the one that started it calls them. */
class Sessions {
  readonly #peer: Peer
  readonly #engine: Engine
  readonly #sessions = new Map<number, { readonly session: Session; told: number }>()
  /** From this thread's `performance.now()` to the clock that all threads share. */
  readonly #shift = sharedNow() - performance.now()

  constructor(peer: Peer, engine: Engine) {
    this.#peer = peer
    this.#engine = engine
  }

  async open({ session: number, options, looksUp }: OpenOrders): Promise<OpenedSession> {
    const session = await this.#engine.open(this.#optionsOf(number, options, looksUp))
    this.#sessions.set(number, { session, told: 0 })
    this.#peer.objects.set(number, (method, args) => this.#invoke(number, session, method, args))
    const { state, account } = session
    return { state, account, abilities: abilityNames.filter((ability) => session.can(ability)) }
  }

  /** It has ended, and nobody asks for it any more. */
  forget(number: number): void {
    this.#sessions.delete(number)
    this.#peer.objects.delete(number)
  }

  /** Tells which sessions were heard; that alone is a sign of life. */
  sayHeard(): void {
    const heard: [number, number][] = []
    for (const [number, entry] of this.#sessions) {
      const { lastHeardAt } = entry.session
      if (lastHeardAt === entry.told) continue
      entry.told = lastHeardAt
      heard.push([number, this.#heardAt(entry.session)])
    }
    this.#peer.tell(root, 'heard', [heard])
  }

  /** On the clock that all threads share; 0 before it was heard. */
  #heardAt(session: Session | undefined): number {
    return session && session.lastHeardAt > 0 ? session.lastHeardAt + this.#shift : 0
  }

  #optionsOf(number: number, options: OpenOrders['options'], looksUp: boolean): OpenOptions {
    const peer = this.#peer
    const ask = <Method extends keyof HostCalls>(method: Method, ...args: Parameters<HostCalls[Method]>) =>
      peer.call(number, method, args) as ReturnType<HostCalls[Method]>
    const tell = <Method extends keyof HostCalls>(method: Method, ...args: Parameters<HostCalls[Method]>) =>
      peer.tell(number, method, args)
    return {
      ...options,
      credentials: {
        load: (kind, keys) => ask('load', kind, keys),
        loadAll: (kind) => ask('loadAll', kind),
        loadKinds: (kinds) => ask('loadKinds', kinds),
        save: (writes) => ask('save', writes),
      },
      host: {
        receive: (item, writes) => ask('receive', item, writes),
        stateChanged: (state) => {
          const session = this.#sessions.get(number)?.session
          tell('stateChanged', state, session?.account, this.#heardAt(session))
        },
        pairingQr: (qr) => tell('pairingQr', qr),
        passkeyRequired: (request) => tell('passkeyRequired', request),
        passkeyCode: (code) => tell('passkeyCode', code),
        paired: (paired) => ask('paired', paired),
        accountChanged: (changed) => tell('accountChanged', changed),
        sentMessage: (chat, id) => ask('sentMessage', chat, id),
      },
      ...(looksUp && {
        proxyLookup: (hostname, how, done) => {
          ask('lookUp', hostname, how).then(
            ({ address, family }) => done(null, address, family),
            (error: NodeJS.ErrnoException) => done(error, ''),
          )
        },
      }),
    }
  }

  async #invoke(number: number, session: Session, method: string, args: readonly unknown[]): Promise<unknown> {
    const [name, act] = method.split('.') as [string, string?]
    const object = act === undefined ? session : session.use(name as AbilityName)
    const called = (object as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[act ?? name]!
    const answer = await called.apply(object, [...args])
    // Who asked for a sign of life looks when the session was heard.
    if (method === 'ping' && this.#sessions.has(number)) this.sayHeard()
    return answer
  }
}
