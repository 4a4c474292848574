/** Callbacks by device. Keeps nothing for a device that nobody listens to. */
export class Subscribers {
  readonly #byDevice = new Map<string, Set<() => void>>()
  readonly #everyone = new Set<(deviceId: string) => void>()

  add(deviceId: string, wake: () => void): () => void {
    const set = this.#byDevice.get(deviceId) ?? new Set()
    this.#byDevice.set(deviceId, set.add(wake))
    return () => {
      set.delete(wake)
      if (set.size === 0 && this.#byDevice.get(deviceId) === set) this.#byDevice.delete(deviceId)
    }
  }

  addForAll(wake: (deviceId: string) => void): () => void {
    this.#everyone.add(wake)
    return () => this.#everyone.delete(wake)
  }

  wake(deviceId: string): void {
    for (const wake of this.#everyone) wake(deviceId)
    for (const wake of this.#byDevice.get(deviceId) ?? []) wake()
  }
}
