import { isGroupJid, type OutgoingMessage, SendError, type SentStanza, statusJid } from '@switchboard/engine'
import type { Stanza } from '@switchboard/link'
import type { SessionContext } from '../session/session-context.ts'
import { NotStoredError } from '../shared/not-stored-error.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import type { DeviceDirectory } from './device-directory.ts'
import type { GroupDirectory } from './group-directory.ts'
import type { PendingAcks } from './pending-acks.ts'
import { prepareDirect } from './prepare-direct.ts'
import { prepareGroup } from './prepare-group.ts'
import { prepareStatus } from './prepare-status.ts'
import type { PreparedSend } from './prepared-send.ts'
import type { PrivacyTokens } from './privacy-tokens.ts'

interface Queued {
  /** See {@link OutgoingMessage.durable}. */
  readonly durable: Promise<unknown> | undefined
  readonly ready: Promise<PreparedSend>
  /** What `ready` became, once it has. */
  prepared?: PreparedSend
  readonly outcome: PromiseWithResolvers<SentStanza>
}

interface Encrypted {
  readonly queued: Queued
  readonly prepared: PreparedSend
  readonly stanza: Stanza
}

interface Parts {
  readonly context: SessionContext
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
  readonly acks: PendingAcks
  readonly tokens: PrivacyTokens
  /** One send is prepared at a time, because the preparation advances ratchets. */
  readonly oneByOne?: boolean
}

const maxBatch = 64

/**
 * Sends in the order of the calls. What is ready is encrypted together, made durable in one write, and only then leaves: a ratchet
 * step that was on the wire but not in the store would be taken twice after a crash.
 */
export class SendQueue {
  readonly #context: SessionContext
  readonly #directory: DeviceDirectory
  readonly #groups: GroupDirectory
  readonly #acks: PendingAcks
  readonly #tokens: PrivacyTokens
  readonly #queue: Queued[] = []
  readonly #oneByOne: boolean
  /** The last send, where each is prepared when the one before it is over. */
  #last: Promise<unknown> = Promise.resolve()
  #draining: Promise<void> | undefined

  constructor({ context, directory, groups, acks, tokens, oneByOne = false }: Parts) {
    this.#oneByOne = oneByOne
    this.#context = context
    this.#directory = directory
    this.#groups = groups
    this.#acks = acks
    this.#tokens = tokens
  }

  /** Resolves when the stanza is written. @throws SendError, EngineError `not_on_whatsapp` or `invalid_argument` */
  send(message: OutgoingMessage): Promise<SentStanza> {
    const outcome = Promise.withResolvers<SentStanza>()
    const queued: Queued = { durable: message.durable, ready: this.#ready(message), outcome }
    if (this.#oneByOne) this.#last = outcome.promise.catch(() => {})
    // A failure is seen when its turn comes; until then it is nobody's.
    queued.ready.then((prepared) => (queued.prepared = prepared)).catch(() => {})
    this.#queue.push(queued)
    this.#draining ??= this.#drain()
    return queued.outcome.promise
  }

  async #ready(message: OutgoingMessage): Promise<PreparedSend> {
    if (this.#oneByOne) await this.#last
    return this.#prepare(message)
  }

  #prepare(message: OutgoingMessage): Promise<PreparedSend> {
    const services = { context: this.#context, directory: this.#directory, groups: this.#groups, tokens: this.#tokens }
    if (message.chat === statusJid) return prepareStatus(message, services)
    return isGroupJid(message.chat) ? prepareGroup(message, services) : prepareDirect(message, services)
  }

  /** Resolves when no send is under way. */
  async settled(): Promise<void> {
    await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = await this.#nextBatch()
      if (batch.length > 0) await this.#sendBatch(batch)
    }
    this.#draining = undefined
  }

  /** The sends at the head of the queue that are ready; waits for the first, which may turn out to be impossible. */
  async #nextBatch(): Promise<Queued[]> {
    const head = this.#queue[0]!
    try {
      head.prepared = await head.ready
    } catch (error) {
      this.#queue.shift()
      head.outcome.reject(notSent(error))
      return []
    }
    const waiting = this.#queue.findIndex(({ prepared }) => !prepared)
    return this.#queue.splice(0, Math.min(waiting < 0 ? this.#queue.length : waiting, maxBatch))
  }

  async #sendBatch(batch: readonly Queued[]): Promise<void> {
    const { signal, store } = this.#context
    const addresses = batch.flatMap(({ prepared }) => prepared!.locks)
    try {
      await signal.locked(addresses, async (steps) => {
        const encrypted = await this.#encryptBatch(batch, steps)
        await steps.commit((writes) => store.save(writes))
        // Written while the locks are held: stanzas of one ratchet leave in the order of its steps.
        for (const each of encrypted) if (await isDurable(each.queued)) this.#write(each)
      })
    } catch (error) {
      for (const { outcome } of batch) outcome.reject(notSent(error))
    }
  }

  async #encryptBatch(batch: readonly Queued[], steps: RatchetSteps): Promise<Encrypted[]> {
    const encrypted: Encrypted[] = []
    for (const queued of batch) {
      const prepared = queued.prepared!
      steps.add(...prepared.learned)
      const stanza = await prepared.encrypt(steps)
      if (stanza) encrypted.push({ queued, prepared, stanza })
      else queued.outcome.reject(new SendError('not_sent', 'none of the recipient’s devices could be encrypted for'))
    }
    return encrypted
  }

  #write({ queued, prepared, stanza }: Encrypted): void {
    const { wire } = this.#context
    if (!wire.isOpen) {
      queued.outcome.reject(new SendError('not_sent', 'the connection closed before the stanza was written'))
      return
    }
    const ack = this.#acks.expect(prepared.id, (theirs) => {
      if (theirs !== prepared.hash) prepared.stale()
    })
    wire.send(stanza).then(
      () => {
        queued.outcome.resolve({ ack })
        if (prepared.isDirect) this.#tokens.issueAfter(prepared.to, ack)
      },
      (cause) => {
        const error = new SendError('unknown', 'the stanza could not be written', { cause })
        this.#acks.drop(prepared.id, error)
        queued.outcome.reject(error)
      },
    )
  }
}

/** Whether the message may leave. Its ratchet step is stored in either case: a step that nobody sees is passed over by the recipient. */
async function isDurable({ durable, outcome }: Queued): Promise<boolean> {
  if (!durable) return true
  try {
    await durable
    return true
  } catch (cause) {
    outcome.reject(new SendError('not_sent', 'the message could not be stored', { cause }))
    return false
  }
}

const passedOn: ReadonlySet<string> = new Set(['not_on_whatsapp', 'invalid_argument', 'unsupported', 'refused'])

function notSent(error: unknown): unknown {
  if (error instanceof SendError) return error
  const named = error instanceof Error && error.name === 'EngineError'
  if (named && 'code' in error && passedOn.has(String(error.code))) return error
  const why = error instanceof NotStoredError ? 'the ratchets could not be stored' : 'the message could not be prepared'
  return new SendError('not_sent', why, { cause: error })
}
