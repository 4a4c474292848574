import type { PairingQr } from '@switchboard/engine'

// The first picture lives longer (seen in: baileys socket.js).
const lifetimes = { first: 60_000, later: 20_000 }

/** Counts the codes that a connection shows: how long one is valid depends on which it is. */
export class PairingPictures {
  #shown = 0

  next(text: string): PairingQr {
    const validForMs = this.#shown === 0 ? lifetimes.first : lifetimes.later
    this.#shown += 1
    return { text, validForMs }
  }
}
