import { SendError, type ServerAck } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { stanzaTime } from '../wire/nodes.ts'

const timeoutMs = 20_000

interface Pending {
  readonly outcome: PromiseWithResolvers<ServerAck>
  readonly deadline: NodeJS.Timeout
  /** Called with the server's own hash of the devices when it sent one. */
  readonly hash: (theirs: string) => void
}

/** Messages that were written and not yet taken over by the server. */
export class PendingAcks {
  readonly #pending = new Map<string, Pending[]>()

  /** The server's answer for a message about to be written. */
  expect(id: string, hash: (theirs: string) => void): Promise<ServerAck> {
    const outcome = Promise.withResolvers<ServerAck>()
    const deadline = setTimeout(() => this.#expire(id), timeoutMs).unref()
    const others = this.#pending.get(id) ?? []
    this.#pending.set(id, [...others, { outcome, deadline, hash }])
    // Callers may not be interested; a refusal must not end the process then.
    outcome.promise.catch(() => {})
    return outcome.promise
  }

  /** Takes `<ack class="message">`. */
  take(node: BinaryNode): void {
    const { id = '', error, phash, server_id: serverId } = node.attrs
    this.#finish(id, ({ outcome, hash }) => {
      if (error)
        outcome.reject(new SendError('refused', `WhatsApp refused the message (${error})`, { code: Number(error) }))
      else outcome.resolve({ at: stanzaTime(node), ...(serverId && { serverId: Number(serverId) }) })
      if (phash) hash(phash)
    })
  }

  /** Ends the wait for a message that was not written after all. */
  drop(id: string, error: SendError): void {
    this.#finish(id, ({ outcome }) => outcome.reject(error))
  }

  /** The stream ended: whether the rest arrived is not known. */
  close(): void {
    for (const id of [...this.#pending.keys()]) {
      this.drop(id, new SendError('unknown', 'the connection ended before WhatsApp answered'))
    }
  }

  #expire(id: string): void {
    this.drop(id, new SendError('unknown', 'WhatsApp did not answer in time'))
  }

  #finish(id: string, settle: (pending: Pending) => void): void {
    const all = this.#pending.get(id) ?? []
    this.#pending.delete(id)
    for (const pending of all) {
      clearTimeout(pending.deadline)
      settle(pending)
    }
  }
}
