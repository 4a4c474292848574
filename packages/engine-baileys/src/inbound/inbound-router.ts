import type { InboundItem } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { answerRetry } from '../outbound/answer-retry.ts'
import { NotStoredError } from '../shared/not-stored-error.ts'
import type { TaskQueue } from '../shared/task-queue.ts'
import { childOf, childrenOf, dated } from '../wire/nodes.ts'
import { nack, sendAck } from './acknowledge.ts'
import { callItem } from './inbound-calls.ts'
import type { InboundMessages } from './inbound-messages.ts'
import { chatStateItem, offlineItem, presenceItem } from './inbound-presence.ts'
import { takeReceipt } from './inbound-receipts.ts'
import { ownAccount } from './message-envelope.ts'
import type { NotificationParts } from './notifications/notification.ts'
import { takeDirty } from './take-dirty.ts'
import { isInOrder, takeNotification } from './take-notification.ts'
import { WaitingReceipts } from './waiting-receipts.ts'

interface Parts extends NotificationParts {
  readonly lane: TaskQueue
  readonly messages: InboundMessages
}

type Handle = (node: BinaryNode) => Promise<void>

/** Hands every stanza that comes in to its handler, one after another. */
export class InboundRouter {
  readonly #parts: Parts
  readonly #handlers: ReadonlyMap<string, Handle>
  /** Of `ib`, by what it holds. */
  readonly #infos: ReadonlyMap<string, Handle>
  readonly #receipts: WaitingReceipts

  constructor(parts: Parts) {
    this.#parts = parts
    const { context, messages, lane } = parts
    this.#receipts = new WaitingReceipts(lane, (node) => this.#handled(node, (each) => takeReceipt(each, context)))
    const { book } = context.signal
    const handlers: Record<string, Handle> = {
      message: (node) => messages.handle(node),
      status: (node) => messages.handleStatus(node),
      receipt: (node) => this.#answerRetry(node),
      notification: (node) => this.#takeNotification(node),
      call: async (node) => {
        await this.#receive(await callItem(node, ownAccount(context.creds.me), book))
        await sendAck(node, context)
      },
      presence: async (node) => this.#receive(await presenceItem(node, book, context.clock)),
      chatstate: async (node) => this.#receive(await chatStateItem(node, book, context.clock)),
    }
    const infos: Record<string, Handle> = {
      offline_preview: (node) => this.#receive(offlineItem('begin', childOf(node, 'offline_preview'), context.clock)),
      // Not in the lane, where what comes behind would wait for the server's answers.
      dirty: async (node) => void this.#handled(node, () => takeDirty(node, this.#parts)),
      offline: (node) => this.#receive(offlineItem('end', childOf(node, 'offline'), context.clock)),
    }
    this.#handlers = new Map(Object.entries(handlers))
    this.#infos = new Map(Object.entries(infos))
  }

  /** Takes a stanza, unless it is of a kind that means nothing here. */
  take(node: BinaryNode): void {
    const { lane, context } = this.#parts
    const handle = node.tag === 'ib' ? this.#infos.get(childrenOf(node)[0]?.tag ?? '') : this.#handlers.get(node.tag)
    if (!handle) return
    const arrived = dated(node, context.clock.now())
    // Receipts that wait together are taken together.
    if (node.tag === 'receipt' && node.attrs['type'] !== 'retry') {
      this.#receipts.add(arrived)
      return
    }
    this.#receipts.close()
    void lane.add(() => this.#handled(arrived, handle))
  }

  // A stanza that meets a bug of ours must not come again and again: only what the store refused is left unacknowledged.
  async #handled(node: BinaryNode, handle: Handle): Promise<void> {
    const { context } = this.#parts
    try {
      await handle(node)
    } catch (error) {
      if (error instanceof NotStoredError) return context.notTaken(error)
      context.warn(error, `a ${node.tag} could not be handled`)
      if (node.attrs['id']) await sendAck(node, context, nack.unhandled)
    }
  }

  async #receive(item: InboundItem | undefined): Promise<void> {
    const { store, host } = this.#parts.context
    if (item) await store.guard(host.receive(item, []))
  }

  async #answerRetry(node: BinaryNode): Promise<void> {
    // It asks the server for keys: not in the lane, where what comes behind would wait.
    void this.#handled(node, () => answerRetry(node, this.#parts))
  }

  async #takeNotification(node: BinaryNode): Promise<void> {
    const taken = this.#handled(node, () => takeNotification(node, this.#parts))
    if (isInOrder(node)) await taken
  }
}
