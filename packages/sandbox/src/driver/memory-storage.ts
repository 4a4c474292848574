import type { PhoneStorage } from '../phone/phone-storage.ts'

/** Texts by key, gone with the process: what snapshots of phones are made of. */
export class MemoryStorage implements PhoneStorage {
  readonly durable = true
  readonly #texts = new Map<string, string>()

  entries(prefix: string): [string, string][] {
    const found = [...this.#texts].filter(([key]) => key.startsWith(prefix))
    return found
      .map(([key, text]): [string, string] => [key.slice(prefix.length), text])
      .sort(([one], [other]) => (one < other ? -1 : 1))
  }

  write(key: string, value: string | undefined): void {
    if (value === undefined) this.#texts.delete(key)
    else this.#texts.set(key, value)
  }

  batch<T>(work: () => T): T {
    return work()
  }
}
