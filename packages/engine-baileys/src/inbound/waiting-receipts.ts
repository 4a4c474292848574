import { bareJid } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { TaskQueue } from '../shared/task-queue.ts'

/** Receipts that are stored at the same time at most. */
const mostTogether = 64

type Take = (receipt: BinaryNode) => Promise<void>

/**
 * Receipts that came while the lane was busy are taken together: a text to a group of hundreds brings as many of them, each of which would wait for the
 * disk by itself. What came between two receipts stays between them, and those of one person stay in order.
 */
export class WaitingReceipts {
  readonly #lane: TaskQueue
  readonly #take: Take
  /** What waits at the end of the lane. */
  #last: BinaryNode[] | undefined

  /** @param take must not reject */
  constructor(lane: TaskQueue, take: Take) {
    this.#lane = lane
    this.#take = take
  }

  add(receipt: BinaryNode): void {
    if (this.#last) {
      this.#last.push(receipt)
      return
    }
    const waiting = [receipt]
    this.#last = waiting
    void this.#lane.add(async () => {
      if (this.#last === waiting) this.#last = undefined
      for (const together of inTurns(waiting)) await Promise.all(together.map(this.#take))
    })
  }

  /** Something else is about to be added to the lane: receipts that come later are taken after it. */
  close(): void {
    this.#last = undefined
  }
}

/** The first alone: it moves the message on, and then the others find it there. Pure. */
function inTurns([first, ...others]: readonly BinaryNode[]): BinaryNode[][] {
  const turns: BinaryNode[][] = first ? [[first]] : []
  let people = new Set<string>()
  let turn: BinaryNode[] = []
  for (const receipt of others) {
    const person = bareJid(receipt.attrs['participant'] ?? receipt.attrs['from'] ?? '')
    if (people.has(person) || turn.length === mostTogether) {
      turns.push(turn)
      turn = []
      people = new Set()
    }
    people.add(person)
    turn.push(receipt)
  }
  return turn.length > 0 ? [...turns, turn] : turns
}
