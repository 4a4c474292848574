const bars = 64
/** Samples of 16 kHz that are measured together: 5 ms. */
const grain = 80

/** Collects how loud a recording is, and gives the bars that phones draw. */
export class Waveform {
  readonly #means: number[] = []
  #sum = 0
  #count = 0

  push(samples: Float32Array): void {
    for (const sample of samples) {
      this.#sum += Math.abs(sample)
      this.#count += 1
      if (this.#count === grain) this.#close()
    }
  }

  #close(): void {
    this.#means.push(this.#sum / this.#count)
    this.#sum = 0
    this.#count = 0
  }

  /** 64 values: the mean loudness of each part of the recording, 100 for the loudest part. */
  bars(): Uint8Array {
    if (this.#count > 0) this.#close()
    const { length } = this.#means
    const values = Array.from({ length: bars }, (_, bar) => {
      const from = Math.floor((bar * length) / bars)
      const part = this.#means.slice(from, Math.max(from + 1, Math.floor(((bar + 1) * length) / bars)))
      return part.reduce((sum, mean) => sum + mean, 0) / Math.max(1, part.length)
    })
    const loudest = Math.max(...values)
    return Uint8Array.from(values, (value) => (loudest > 0 ? Math.round((value / loudest) * 100) : 0))
  }
}
