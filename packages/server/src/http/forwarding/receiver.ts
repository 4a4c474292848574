import type { FastifyRequest } from 'fastify'
import { sendInParts } from '../../cluster/bus/in-parts.ts'
import type { Services } from '../../gateway/services.ts'
import type { RootLogger } from '../../observe/logging.ts'
import { duringRequest } from '../../observe/request-context.ts'
import { lookForDevice } from '../../tenants/look-for-device.ts'
import { actorOf } from '../../tenants/principals.ts'
import type { Answerer } from '../answer-operation.ts'
import type { Performer } from '../perform.ts'
import { toAppError } from '../to-app-error.ts'
import { type Question, type Reply, readCarried, writeReply } from './carried.ts'
import { commandSubject } from './commands.ts'

interface ReceiverParts {
  readonly services: () => Services | undefined
  readonly answerers: (id: string) => Answerer | Promise<Answerer>
  readonly performer: Performer
  /** Nothing new is begun. */
  readonly isDraining: () => boolean
  readonly log: RootLogger
}

/** The request of a question, as far as operations look at one. */
const requestOf = ({ requestId, said, from }: Question): FastifyRequest =>
  ({ ...said, id: requestId, forwarded: from, isCarried: true, socket: {} }) as unknown as FastifyRequest

/** Carries out what other nodes were asked about devices of this one. */
export class Receiver {
  readonly #parts: ReceiverParts
  readonly #ends = new Map<string, () => void>()

  constructor(parts: ReceiverParts) {
    this.#parts = parts
  }

  /** These devices are of this node now. */
  take(deviceIds: readonly string[]): void {
    const bus = this.#parts.services()?.cluster.bus
    for (const id of deviceIds) {
      if (!bus || this.#ends.has(id)) continue
      const answer = async (asked: Uint8Array) => sendInParts(bus, writeReply(await this.#answer(readCarried(asked))))
      this.#ends.set(id, bus.answer(commandSubject(id), answer))
    }
  }

  /** They are not any more. */
  leave(deviceIds: readonly string[]): void {
    for (const id of deviceIds) {
      this.#ends.get(id)?.()
      this.#ends.delete(id)
    }
  }

  async #answer(question: Question): Promise<Reply> {
    const services = this.#parts.services()
    if (!services?.cluster.own.serves(question.deviceId) || this.#parts.isDraining()) return { kind: 'elsewhere' }
    await lookForDevice(services.tenants, question.deviceId)
    const { principal, requestId, from } = question
    const actor = principal.kind === 'none' ? undefined : actorOf(principal.by)
    return duringRequest({ id: requestId, actor, address: from.address }, () => this.#run(question, services))
  }

  async #run(question: Question, services: Services): Promise<Reply> {
    const { answerers, performer, log } = this.#parts
    const { operation, said, principal } = question
    const headers: Record<string, string> = {}
    try {
      const answerer = await answerers(operation)
      const caller = { principal, services }
      const request = requestOf(question)
      // Whoever asked may have left; what was asked for is done all the same.
      const signalOf = () => new AbortController().signal
      const setHeader = (name: string, value: string): void => {
        headers[name] = value
      }
      const perform = performer({ caller, request, signalOf })
      const answer = await answerer({ caller, said, request, signalOf, setHeader, perform })
      return { kind: 'answer', answer, headers }
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'internal')
        log.error({ err: error.cause ?? error, operation }, 'a request failed unexpectedly')
      return { kind: 'refusal', error, headers }
    }
  }
}
