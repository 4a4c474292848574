import type { Labels } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Database } from '../storage/database.ts'
import { type Label, type LabeledMessage, LabelStore } from '../storage/label-store.ts'

/** Labels of a device's account, and what has them. What a change of one writes comes back as an item and is stored then. */
export class LabelBook {
  readonly #store: LabelStore
  /** New labels of a device are made one after another: each takes the next id. */
  readonly #making = new OneByOne()

  constructor(database: Database) {
    this.#store = new LabelStore(database)
  }

  list(deviceId: string): Promise<Label[]> {
    return this.#store.list(deviceId)
  }

  /** @throws AppError label_not_found */
  async get(deviceId: string, id: string): Promise<Label> {
    const found = await this.#store.find(deviceId, id)
    if (!found) throw new AppError('label_not_found')
    return found
  }

  chats(deviceId: string, id: string, page: { after?: string; limit: number }): Promise<string[]> {
    return this.#store.chats(deviceId, id, page)
  }

  messages(deviceId: string, id: string, page: { after?: LabeledMessage; limit: number }): Promise<LabeledMessage[]> {
    return this.#store.messages(deviceId, id, page)
  }

  /** Makes a label under an id that none had before. */
  make(deviceId: string, labels: Labels, label: Omit<Label, 'id'>): Promise<Label> {
    return this.#making.run(deviceId, async () => {
      const taken = (await this.#store.ids(deviceId)).map(Number).filter(Number.isSafeInteger)
      const id = String(Math.max(0, ...taken) + 1)
      await labels.save(id, label)
      return { id, ...label }
    })
  }
}
