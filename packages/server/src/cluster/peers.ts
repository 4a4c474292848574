import type { Logger } from '@switchboard/engine'
import type { Bus } from './bus/bus.ts'
import { receiveParts, sendInParts } from './bus/in-parts.ts'

/** What each node can be asked, and what it answers, as JSON: whoever asks declares it here. */
// biome-ignore lint/suspicious/noEmptyInterface: others add to it
export interface NodeQuestions {}

type Question = keyof NodeQuestions
type Part<Name extends Question, Which extends 'asked' | 'answer'> =
  NodeQuestions[Name] extends Record<Which, infer Value> ? Value : never
type Asked<Name extends Question> = Part<Name, 'asked'>
type Answer<Name extends Question> = Part<Name, 'answer'>

/** Beyond what an answer takes by itself. */
const wayMs = 3_000

interface PeersParts {
  readonly bus: Bus
  readonly nodeId: string
  /** The ids of the others that are alive. */
  readonly others: () => Promise<readonly string[]>
  readonly logger: Logger
}

const subjectOf = (nodeId: string): string => `wa.node.${nodeId}`
const write = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString())

/** The other nodes, asked all at once about what each of them alone knows. */
export class Peers {
  readonly #parts: PeersParts
  readonly #answers = new Map<string, (asked: never) => Promise<unknown>>()

  constructor(parts: PeersParts) {
    this.#parts = parts
    const { bus, nodeId, logger } = parts
    bus.answer(subjectOf(nodeId), async (bytes) => {
      const { name, asked } = read(bytes)
      const answer = await this.#answers
        .get(name)?.(asked as never)
        .catch((err: unknown) => {
          logger.error({ err, question: name }, 'a question of another node failed')
        })
      return sendInParts(bus, write(answer ?? null))
    })
  }

  /** Says what this node answers. One that has not said so yet counts as silent. */
  answer<Name extends Question>(name: Name, answer: (asked: Asked<Name>) => Promise<Answer<Name>>): void {
    this.#answers.set(name, answer)
  }

  /** What every other node answers, and which of them did not. Never rejects for one that is silent.
   *  @param workMs how long an answer may take */
  async ask<Name extends Question>(
    name: Name,
    asked: Asked<Name>,
    workMs = 0,
  ): Promise<{ answers: Answer<Name>[]; silent: string[] }> {
    const question = write({ name, asked })
    const answers: Answer<Name>[] = []
    const silent: string[] = []
    const each = (await this.#parts.others()).map(async (nodeId) => {
      const answer = await this.#askOne(nodeId, question, workMs + wayMs).catch(() => null)
      if (answer === null) silent.push(nodeId)
      else answers.push(answer)
    })
    await Promise.all(each)
    return { answers, silent }
  }

  async #askOne(nodeId: string, question: Buffer, timeoutMs: number) {
    const { bus } = this.#parts
    return read(await receiveParts(bus, await bus.ask(subjectOf(nodeId), question, timeoutMs), timeoutMs))
  }
}
