import type { Appended } from './event-log.ts'

type ForAll = (deviceId: string, appended?: Appended) => void

/** Callbacks for one device, and callbacks for all. Keeps nothing for a device that nobody listens to. */
export class Subscribers {
  readonly #byDevice = new Map<string, Set<() => void>>()
  readonly #everyone = new Set<ForAll>()

  add(deviceId: string, wake: () => void): () => void {
    const set = this.#byDevice.get(deviceId) ?? new Set()
    this.#byDevice.set(deviceId, set.add(wake))
    return () => {
      set.delete(wake)
      if (set.size === 0 && this.#byDevice.get(deviceId) === set) this.#byDevice.delete(deviceId)
    }
  }

  addForAll(listener: ForAll): () => void {
    this.#everyone.add(listener)
    return () => this.#everyone.delete(listener)
  }

  wake(deviceId: string): void {
    for (const wake of this.#byDevice.get(deviceId) ?? []) wake()
  }

  tellAll(deviceId: string, appended?: Appended): void {
    for (const listener of this.#everyone) listener(deviceId, appended)
  }
}
