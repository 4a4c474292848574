import { setTimeout as sleep } from 'node:timers/promises'
import { connect, errors, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import type { Logger } from '@switchboard/engine'
import { ConfigError } from '../../config/config-error.ts'
import { type Bus, BusError } from './bus.ts'
import { natsOptions } from './nats-options.ts'
import type { NatsSettings } from './nats-settings.ts'
import { provePermissions } from './prove-permissions.ts'
import { type ClusterSeal, nameOf } from './seal.ts'

export interface NatsBusParts {
  readonly settings: NatsSettings
  /** How the server calls this connection. */
  readonly name: string
  readonly seal: ClusterSeal
  readonly log: Logger
  /** Called at each change, the first connection included. */
  readonly changed: (isThere: boolean) => void
}

interface Listener {
  readonly subject: string
  readonly hear: (message: Msg) => void
  subscription?: Subscription
}

const retryMs = 1_000

const isRefusal = (error: unknown): boolean =>
  error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError

const troubleOf = (error: unknown): BusError => {
  if (error instanceof errors.NoRespondersError) return new BusError('nobody')
  if (error instanceof errors.RequestError && error.isNoResponders()) return new BusError('nobody')
  return new BusError('lost', { cause: error })
}

/** The bus over NATS. It connects again for ever, and listens again to everything then. */
export class NatsBus implements Bus {
  readonly #parts: NatsBusParts
  readonly #listeners = new Set<Listener>()
  readonly #waiting = new Set<() => void>()
  readonly #saying: (() => void)[] = []
  #connection: NatsConnection | undefined
  #stopped = false
  isThere = false

  private constructor(parts: NatsBusParts) {
    this.#parts = parts
  }

  /** Resolves when it was tried once: a bus that is not there yet comes later. @throws ConfigError when the server refuses us, or what nodes do, or a file
   *  cannot be read */
  static async open(parts: NatsBusParts): Promise<NatsBus> {
    const bus = new NatsBus(parts)
    try {
      const connection = await bus.#connect()
      await provePermissions(connection)
      bus.#begin(connection)
    } catch (error) {
      if (error instanceof ConfigError) throw error
      if (isRefusal(error)) {
        throw new ConfigError(
          'SWITCHBOARD_NATS_URL: the server refuses this gateway; allowed is a user, token or key that it knows (SWITCHBOARD_NATS_USER and _PASSWORD, _TOKEN, _CREDS or _NKEY)',
          { cause: error },
        )
      }
      parts.log.warn(
        { reason: (error as Error).message },
        'NATS does not answer: devices of other gateways are out of reach',
      )
      parts.changed(false)
      void bus.#tryAgain()
    }
    return bus
  }

  get mostBytes(): number {
    return (this.#connection?.info?.max_payload ?? 1024 * 1024) - 1024
  }

  publish(subject: string, data: Uint8Array): void {
    if (!this.isThere) return
    const connection = this.#connection
    const sealed = this.#parts.seal.seal(subject, data)
    this.#say(() => connection?.publish(subject, sealed))
  }

  subscribe(subject: string, listener: (data: Uint8Array) => void): () => void {
    return this.#listen(subject, ({ data }) => {
      const opened = this.#parts.seal.open(subject, data)
      if (opened) listener(opened)
    })
  }

  answer(subject: string, answer: (data: Uint8Array) => Promise<Uint8Array>): () => void {
    const { seal, log } = this.#parts
    const respond = async (message: Msg): Promise<void> => {
      const asked = seal.openOnce(subject, message.data)
      if (!asked) return
      const answered = seal.seal(replyTo(message.data), await answer(asked))
      this.#say(() => void message.respond(answered))
    }
    return this.#listen(subject, (message) => {
      respond(message).catch((err) => log.error({ err }, 'a question of another node was not answered'))
    })
  }

  async ask(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    const connection = this.#connection
    if (!connection || !this.isThere) throw new BusError('away')
    const { seal } = this.#parts
    const question = seal.seal(subject, data)
    const { promise, resolve, reject } = Promise.withResolvers<Msg>()
    const lost = () => reject(new BusError('lost'))
    this.#waiting.add(lost)
    this.#say(() => {
      connection.request(subject, question, { timeout: timeoutMs }).then(resolve, (error) => reject(troubleOf(error)))
    })
    const { data: sealed } = await promise.finally(() => this.#waiting.delete(lost))
    const opened = seal.open(replyTo(question), sealed)
    if (!opened) throw new BusError('lost')
    return opened
  }

  async close(): Promise<void> {
    this.#stopped = true
    this.#away()
    await this.#connection?.close()
  }

  /** What is said in one turn of the event loop leaves in one packet: each costs more than a message. */
  #say(say: () => void): void {
    if (this.#saying.push(say) > 1) return
    setImmediate(() => {
      for (const each of this.#saying.splice(0)) {
        try {
          each()
        } catch (err) {
          this.#parts.log.warn({ err }, 'NATS took no message')
        }
      }
    })
  }

  #connect(): Promise<NatsConnection> {
    const { settings, name } = this.#parts
    return connect(natsOptions(settings, name))
  }

  #begin(connection: NatsConnection): void {
    this.#connection = connection
    for (const listener of this.#listeners) this.#subscribe(listener)
    this.#there()
    void this.#watch(connection)
  }

  async #watch(connection: NatsConnection): Promise<void> {
    const { log } = this.#parts
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.#away()
      if (status.type === 'reconnect') this.#there()
      if (status.type === 'error') log.warn({ reason: status.error.message }, 'NATS complains')
    }
    this.#away()
    await this.#tryAgain()
  }

  async #tryAgain(): Promise<void> {
    while (!this.#stopped) {
      await sleep(retryMs, undefined, { ref: false })
      try {
        const connection = await this.#connect()
        if (!this.#stopped) return this.#begin(connection)
        await connection.close()
      } catch {
        // It was said once that it does not answer.
      }
    }
  }

  #there(): void {
    if (this.isThere || this.#stopped) return
    this.isThere = true
    this.#parts.log.info({}, 'connected to NATS')
    this.#parts.changed(true)
  }

  #away(): void {
    for (const lost of this.#waiting) lost()
    if (!this.isThere) return
    this.isThere = false
    if (!this.#stopped) this.#parts.log.warn({}, 'the connection to NATS is lost')
    this.#parts.changed(false)
  }

  #listen(subject: string, hear: (message: Msg) => void): () => void {
    const listener: Listener = { subject, hear }
    this.#listeners.add(listener)
    this.#subscribe(listener)
    return () => {
      this.#listeners.delete(listener)
      // What is on its way is still heard: a question that nobody answers would be waited for.
      listener.subscription?.drain().catch(() => {})
    }
  }

  #subscribe(listener: Listener): void {
    const connection = this.#connection
    if (!connection || connection.isClosed()) return
    const { subject, hear } = listener
    const callback = (error: Error | null, message: Msg): void => {
      if (!error) hear(message)
    }
    listener.subscription = connection.subscribe(subject, { callback })
  }
}

/** An answer opens for its question alone. */
const replyTo = (question: Uint8Array): string => `reply ${nameOf(question)}`
