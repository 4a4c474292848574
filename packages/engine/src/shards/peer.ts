import { EngineError } from '../errors.ts'
import { Borrowed } from './borrowed.ts'
import { packError, unpackError } from './errors.ts'
import { Lent } from './lent.ts'
import type { MessageOf, PeerMessage } from './messages.ts'
import type { LentPart } from './packing.ts'

/** Does a method of an object that the other end can call. */
export type Invoke = (method: string, args: readonly unknown[]) => unknown

interface Port {
  postMessage(value: unknown, transfer: readonly ArrayBuffer[]): void
}

interface Call {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Takes back what the call was given on its way. */
  readonly release: () => void
}

/** The other end is gone: nobody knows what became of what it was asked for. */
export class PeerLost extends EngineError {
  constructor(message: string) {
    super('closed', message)
  }
}

/** One of two ends that call each other's objects over a port. What is said in one turn of the event loop goes in one post, and arrives in its order. */
export class Peer {
  /** What the other end can call, by number. */
  readonly objects = new Map<number, Invoke>()
  readonly #port: Port
  #outbox: PeerMessage[] = []
  #gifts: ArrayBuffer[] = []
  #lost: PeerLost | undefined
  #lastCall = 0
  readonly #calls = new Map<number, Call>()
  readonly #lent: Lent
  readonly #borrowed: Borrowed

  constructor(port: Port) {
    this.#port = port
    const say = (message: PeerMessage, gifts: readonly ArrayBuffer[] = []) => this.#say(message, gifts)
    this.#lent = new Lent(say)
    this.#borrowed = new Borrowed(say)
  }

  /** Calls a method of an object of the other end. Rejects with {@link PeerLost} when that is gone, and with a TypeError for what cannot travel. */
  call(to: number, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#lost) return Promise.reject(this.#lost)
    try {
      const { packed, gifts, release } = this.#lent.pack(args)
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const id = ++this.#lastCall
      this.#calls.set(id, { resolve, reject, release })
      this.#say({ kind: 'call', id, to, method, args: packed }, gifts)
      return promise
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** The same without an answer. @throws TypeError for what cannot travel */
  tell(to: number, method: string, args: readonly unknown[]): void {
    const { packed, gifts } = this.#lent.pack(args)
    this.#say({ kind: 'tell', to, method, args: packed }, gifts)
  }

  /** Takes what came in one post. What follows from a message at once is done before the next one is looked at, as if each had come alone. */
  take(messages: readonly PeerMessage[]): void {
    for (const message of messages) {
      process.nextTick(() => {
        if (!this.#lost) (this.#on[message.kind] as (message: PeerMessage) => void)(message)
      })
    }
  }

  /** Nothing comes any more: whatever waits for the other end fails. */
  lose(lost: PeerLost): void {
    if (this.#lost) return
    this.#lost = lost
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    for (const { release, reject } of calls) {
      release()
      reject(lost)
    }
    this.#borrowed.fail(lost)
    this.#lent.dropAll()
  }

  readonly #on: { readonly [Kind in PeerMessage['kind']]: (message: MessageOf<Kind>) => void } = {
    call: (message) => this.#called(message),
    tell: ({ to, method, args }) => {
      this.objects.get(to)?.(method, this.#borrowed.unpack(args) as unknown[])
    },
    answer: (message) => this.#answered(message),
    failed: ({ id, error }) => this.#finish(id)?.reject(unpackError(error)),
    kept: ({ ref, value }) => this.#borrowed.settling(ref)?.resolve(this.#borrowed.unpack(value)),
    broken: ({ ref, error }) => this.#borrowed.settling(ref)?.reject(unpackError(error)),
    abort: ({ ref, reason }) => this.#borrowed.abort(ref, unpackError(reason)),
    release: ({ ref }) => this.#borrowed.release(ref),
    pull: ({ ref, count }) => this.#lent.pull(ref, count),
    drop: ({ ref }) => this.#lent.drop(ref),
    chunk: ({ ref, bytes }) => this.#borrowed.chunk(ref, bytes),
    end: ({ ref, error }) => this.#borrowed.ended(ref, error ? { error: unpackError(error) } : {}),
  }

  #called({ id, to, method, args }: MessageOf<'call'>): void {
    // It begins now: calls that were made one after the other begin in their order.
    const outcome = new Promise((resolve) => {
      const invoke = this.objects.get(to)
      if (!invoke) throw new EngineError('closed', 'the session has ended')
      resolve(invoke(method, this.#borrowed.unpack(args) as unknown[]))
    })
    const answer = (value: unknown) => {
      const { packed, gifts } = this.#lent.pack(value)
      this.#say({ kind: 'answer', id, value: packed }, gifts)
    }
    outcome.then(answer).catch((error: unknown) => this.#say({ kind: 'failed', id, error: packError(error) }))
  }

  #answered({ id, value }: MessageOf<'answer'>): void {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    const answer = this.#borrowed.unpack(value)
    const stream = value.parts?.find((part): part is LentPart => part.kind === 'stream')
    // Whatever the call was given, such as a signal that aborts it, is used as long as its answer is read.
    if (call && stream) this.#borrowed.whenEnded(stream.ref, call.release)
    else call?.release()
    call?.resolve(answer)
  }

  #finish(id: number): Call | undefined {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    call?.release()
    return call
  }

  #say(message: PeerMessage, gifts: readonly ArrayBuffer[] = []): void {
    if (this.#lost) return
    this.#gifts.push(...gifts)
    if (this.#outbox.push(message) === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const [messages, gifts] = [this.#outbox, this.#gifts]
    this.#outbox = []
    this.#gifts = []
    if (this.#lost) return
    try {
      this.#port.postMessage(messages, gifts)
    } catch {
      for (const message of messages) this.#sayAlone(message)
    }
  }

  /** Something in a turn cannot be copied: only that fails. */
  #sayAlone(message: PeerMessage): void {
    try {
      this.#port.postMessage([message], [])
    } catch (error) {
      if (message.kind === 'call') this.#finish(message.id)?.reject(error)
      else if (message.kind === 'answer') this.#say({ kind: 'failed', id: message.id, error: packError(error) })
      else throw error
    }
  }
}
