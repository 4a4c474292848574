import type { BinaryNode } from '../binary-node.ts'
import { LinkError } from '../link-error.ts'
import { childOf } from '../nodes/contents.ts'
import { type WheelTimer, wheel } from './timer-wheel.ts'

interface Settle {
  resolve(answer: BinaryNode): void
  /** Gets `timeout`, `refused` or `closed`. */
  reject(error: LinkError): void
}

interface Waiting {
  readonly settle: Settle
  readonly timer: WheelTimer
}

/** The requests that wait for an answer, by their ids. */
export class Queries {
  readonly #waiting = new Map<string, Waiting>()

  wait(id: string, timeoutMs: number, settle: Settle): void {
    // An answer cannot say which of two it is for: the first one fails now, else nobody would ever settle it.
    this.fail(id, new LinkError('closed', 'the same request was made again'))
    const timer = wheel.after(timeoutMs, () =>
      this.fail(id, new LinkError('timeout', 'WhatsApp did not answer in time')),
    )
    this.#waiting.set(id, { settle, timer })
  }

  /** Whether this is the answer to a request; then it was handed over. */
  answer(node: BinaryNode): boolean {
    if (this.#waiting.size === 0) return false
    const waiting = this.#take(node.attrs['id'])
    if (!waiting) return false
    const refusal = childOf(node, 'error')
    if (refusal) waiting.settle.reject(refused(refusal))
    else waiting.settle.resolve(node)
    return true
  }

  fail(id: string, error: LinkError): void {
    this.#take(id)?.settle.reject(error)
  }

  close(): void {
    if (this.#waiting.size === 0) return
    const error = new LinkError('closed', 'the connection is closed')
    for (const id of [...this.#waiting.keys()]) this.fail(id, error)
  }

  #take(id: string | undefined): Waiting | undefined {
    const waiting = id === undefined ? undefined : this.#waiting.get(id)
    if (!waiting) return undefined
    this.#waiting.delete(id!)
    waiting.timer.cancel()
    return waiting
  }
}

function refused({ attrs }: BinaryNode): LinkError {
  const remoteCode = Number(attrs['code'])
  return new LinkError('refused', attrs['text'] || 'Unknown error', Number.isFinite(remoteCode) ? { remoteCode } : {})
}
