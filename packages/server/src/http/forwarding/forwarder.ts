import { setTimeout as sleep } from 'node:timers/promises'
import { BusError, type BusTrouble } from '../../cluster/bus/bus.ts'
import { receiveParts } from '../../cluster/bus/in-parts.ts'
import type { Owner } from '../../cluster/owners.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Services } from '../../gateway/services.ts'
import { type Question, type Reply, readReply, type Told, write } from './carried.ts'
import { commandSubject } from './commands.ts'
import { movingPausesMs, Placement, unreachable } from './placement.ts'

/** Nothing takes longer than that. */
const deadlineMs = 120_000
/** How often it is looked whether the node that was asked is still there. */
const lookMs = 3_000
/** Has requests carried out by the node that has their device. */
export class Forwarder {
  readonly #services: Services
  readonly #placement: Placement

  constructor(services: Services) {
    this.#services = services
    this.#placement = new Placement(services.cluster)
  }

  /** What the node of the device answers; undefined when that is this node.
   *  @throws AppError what it refuses with; not_ready when it cannot be reached, answer_lost when nobody knows whether it was done */
  async ask(
    question: Question,
    options: { repeatable: boolean; setHeader: (name: string, value: string) => void },
  ): Promise<Told | undefined> {
    const { deviceId } = question
    const { own } = this.#services.cluster
    for (const pauseMs of movingPausesMs) {
      if (pauseMs > 0) await sleep(pauseMs)
      if (own.serves(deviceId)) return undefined
      const reply = own.has(deviceId) ? 'moves' : await this.#send(question, options.repeatable)
      if (typeof reply === 'object' && reply.kind !== 'elsewhere') {
        for (const [name, value] of Object.entries(reply.headers)) options.setHeader(name, value)
        if (reply.kind === 'refusal') throw reply.error
        return reply.answer
      }
      const place = await this.#placement.find(deviceId)
      if (place.kind === 'here') return undefined
      // Once more at most where a node has the device and does not listen: it may have taken it just now.
      if (reply === 'away' || (reply === 'nobody' && place.kind === 'there' && pauseMs > 0)) break
    }
    throw unreachable()
  }

  async #send(question: Question, repeatable: boolean): Promise<Reply | BusTrouble> {
    const begun = performance.now()
    const ended = (outcome: BusTrouble | 'answered') =>
      this.#services.metrics.forwarded('bus', outcome, (performance.now() - begun) / 1000)
    try {
      const reply = await this.#exchange(question)
      ended('answered')
      return reply
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      ended(error.trouble)
      // What may be repeated is asked of the node that has the device now, which may be this one.
      if (error.trouble === 'lost' && !repeatable) throw new AppError('answer_lost')
      return error.trouble
    }
  }

  async #exchange(question: Question): Promise<Reply> {
    const bus = this.#services.cluster.bus!
    const gone = this.#untilOwnerIsGone(question.deviceId)
    try {
      const asked = bus.ask(commandSubject(question.deviceId), write(question), deadlineMs)
      const first = await Promise.race([asked, gone.promise])
      return readReply(await receiveParts(bus, first, deadlineMs))
    } finally {
      gone.end()
    }
  }

  /** Rejects when the node that had the device has it no more: its answer will not come. */
  #untilOwnerIsGone(deviceId: string): { promise: Promise<never>; end: () => void } {
    const { promise, reject } = Promise.withResolvers<never>()
    promise.catch(() => {})
    let first: Owner | undefined
    const timer = setInterval(async () => {
      const owner = await this.#services.cluster.owners.ownerOf(deviceId).catch(() => first)
      first ??= owner
      if (owner?.nodeId !== first?.nodeId || !owner) reject(new BusError('lost'))
    }, lookMs)
    timer.unref()
    return { promise, end: () => clearInterval(timer) }
  }
}
