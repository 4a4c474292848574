const halfWidth = 12

/** Changes the rate of one channel by a windowed sinc, chunk by chunk. */
export class Resampler {
  readonly #step: number
  readonly #ratio: number
  /** Half the length of the filter, in samples that come in. */
  readonly #reach: number
  readonly #cutoff: number
  readonly #kernels = new Map<number, Float32Array>()
  readonly #phases: number
  /** What came in and is still needed; before the first sample there is silence. */
  #kept: Float32Array
  /** Place of the first kept sample in all that came in. */
  #keptFrom: number
  #made = 0
  #received = 0

  constructor(from: number, to: number) {
    this.#ratio = from / to
    this.#step = from
    this.#phases = to
    // A little below half of the lower rate, so that nothing folds back.
    this.#cutoff = 0.5 * Math.min(1, to / from) * 0.94
    this.#reach = Math.ceil(halfWidth / (2 * this.#cutoff))
    this.#kept = new Float32Array(this.#reach)
    this.#keptFrom = -this.#reach
  }

  /** What can be said after these samples. */
  push(samples: Float32Array): Float32Array {
    const all = new Float32Array(this.#kept.length + samples.length)
    all.set(this.#kept)
    all.set(samples, this.#kept.length)
    this.#kept = all
    this.#received += samples.length
    return this.#make(Math.ceil((this.#received - this.#reach) / this.#ratio))
  }

  /** The rest. */
  end(): Float32Array {
    const total = Math.round(this.#received / this.#ratio)
    const all = new Float32Array(this.#kept.length + 2 * this.#reach + 2)
    all.set(this.#kept)
    this.#kept = all
    return this.#make(total)
  }

  #make(until: number): Float32Array {
    const count = Math.max(0, until - this.#made)
    const made = new Float32Array(count)
    for (let index = 0; index < count; index++) made[index] = this.#at(this.#made + index)
    this.#made += count
    const needed = Math.floor(this.#made * this.#ratio) - this.#reach
    const drop = Math.min(Math.max(0, needed - this.#keptFrom), this.#kept.length)
    this.#kept = this.#kept.slice(drop)
    this.#keptFrom += drop
    return made
  }

  #at(index: number): number {
    const place = index * this.#step
    const whole = Math.floor(place / this.#phases)
    const kernel = this.#kernel(place % this.#phases)
    const start = whole - this.#reach + 1 - this.#keptFrom
    let value = 0
    for (let tap = 0; tap < kernel.length; tap++) value += kernel[tap]! * (this.#kept[start + tap] ?? 0)
    return value
  }

  /** Rates that fit together have few phases: 160 from 44.1 to 16 kHz, one from 48. */
  #kernel(phase: number): Float32Array {
    const known = this.#kernels.get(phase)
    if (known) return known
    const kernel = new Float32Array(2 * this.#reach)
    const fraction = phase / this.#phases
    for (let tap = 0; tap < kernel.length; tap++) {
      const distance = tap - this.#reach + 1 - fraction
      const x = 2 * Math.PI * this.#cutoff * distance
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / this.#reach)
      kernel[tap] = 2 * this.#cutoff * (x === 0 ? 1 : Math.sin(x) / x) * (Math.abs(distance) > this.#reach ? 0 : window)
    }
    this.#kernels.set(phase, kernel)
    return kernel
  }
}
