import { LRUCache } from 'lru-cache'
import { atMost } from '../../../at-most.ts'
import type { ThreadStatement } from './protocol.ts'
import type { BoundStatement } from './thread-statement.ts'

/** Texts that a thread is asked to remember. */
const textsRemembered = 512

/** Gives the statements of a thread numbers, so that each text goes there once and not with every use. */
export class StatementIds {
  #last = 0
  #forgotten: number[] = []
  readonly #ids = new LRUCache<string, number>({
    ...atMost(textsRemembered),
    dispose: (id) => this.#forgotten.push(id),
  })

  /** To be sent in the order of these calls. */
  name({ sql, parameters, required }: BoundStatement): ThreadStatement {
    const known = this.#ids.get(sql)
    if (known !== undefined) return { id: known, parameters, required }
    const id = ++this.#last
    this.#ids.set(sql, id)
    return { id, sql, parameters, required }
  }

  /** Ids that do not occur in what is named from now on. */
  takeForgotten(): number[] {
    const forgotten = this.#forgotten
    if (forgotten.length > 0) this.#forgotten = []
    return forgotten
  }
}
