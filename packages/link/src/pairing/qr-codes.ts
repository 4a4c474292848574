import type { BinaryNode } from '../binary-node.ts'
import type { DeviceKeys } from '../device-keys.ts'
import { childOf, childrenNamed, textOf } from '../nodes/contents.ts'
import { type WheelTimer, wheel } from '../stream/timer-wheel.ts'

/** How long a picture is valid: the first lives longer (seen in: baileys socket.js, whatsmeow qrchan.go). */
export const qrLifetimesMs = { first: 60_000, later: 20_000 }

/** The kind of client, as the picture names it: a Chrome (seen in: baileys companion-reg-client-utils.js, whatsmeow pair-code.go `PairClientChrome`). */
export const clientType = '1'

/** What a phone scans (seen in: baileys companion-reg-client-utils.js `buildPairingQRData`, whatsmeow pair.go `makeQRData`). */
export function qrText(ref: string, { noiseKey, identityKey, advSecret }: DeviceKeys): string {
  const keys = [noiseKey.publicKey, identityKey.publicKey, advSecret].map((key) => Buffer.from(key).toString('base64'))
  return `https://wa.me/settings/linked_devices#${[ref, ...keys, clientType].join(',')}`
}

/** The references that a `pair-device` brings, one for each picture. */
export const refsIn = (node: BinaryNode): string[] => childrenNamed(childOf(node, 'pair-device'), 'ref').map(textOf)

interface QrOptions {
  /** Read for each picture: a pairing code changes the secret. */
  keys(): DeviceKeys
  show(text: string, validForMs: number): void
  /** All references were shown and none was scanned. */
  expired(): void
}

/** Shows one picture after another until the references are used up. */
export class QrCodes {
  readonly #options: QrOptions
  #refs: string[] = []
  #timer: WheelTimer | undefined

  constructor(options: QrOptions) {
    this.#options = options
  }

  start(refs: readonly string[]): void {
    this.stop()
    this.#refs = [...refs]
    this.#next(qrLifetimesMs.first)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #next(validForMs: number): void {
    const ref = this.#refs.shift()
    if (ref === undefined) this.#options.expired()
    else {
      this.#options.show(qrText(ref, this.#options.keys()), validForMs)
      this.#timer = wheel.after(validForMs, () => this.#next(qrLifetimesMs.later))
    }
  }
}
