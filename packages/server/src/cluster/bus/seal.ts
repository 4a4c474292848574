import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { atMost } from '../../at-most.ts'

const ivBytes = 12
const tagBytes = 16
const timeBytes = 8
/** Clocks of nodes may differ by less than that. */
const toleranceMs = 60_000
const rememberedQuestions = 50_000

/** A key for one purpose, from the master key that all nodes have. */
export const clusterKey = (masterKey: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, '', `switchboard cluster ${purpose}`, 32))

/** Seals what is said between the nodes (AES-256-GCM): whoever can reach the bus and has no master key reads nothing and is not heard. What is sealed for one
 *  subject does not open for another, nor after a minute. */
export class ClusterSeal {
  readonly #key: Buffer
  readonly #now: () => number
  readonly #taken = new LRUCache<string, true>({ ...atMost(rememberedQuestions), ttl: 2 * toleranceMs })

  constructor(key: Buffer, now: () => number = Date.now) {
    this.#key = key
    this.#now = now
  }

  seal(subject: string, data: Uint8Array): Buffer {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv)
    cipher.setAAD(Buffer.from(subject))
    const time = Buffer.alloc(timeBytes)
    time.writeBigUInt64BE(BigInt(this.#now()))
    // This cipher keeps nothing back for the end.
    const sealed = cipher.update(Buffer.concat([time, data]))
    cipher.final()
    return Buffer.concat([iv, cipher.getAuthTag(), sealed])
  }

  /** Undefined: it was not sealed here for this subject, or too long ago. */
  open(subject: string, sealed: Uint8Array): Buffer | undefined {
    if (sealed.length < ivBytes + tagBytes + timeBytes) return undefined
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, ivBytes))
    decipher.setAAD(Buffer.from(subject))
    decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes))
    try {
      const opened = decipher.update(sealed.subarray(ivBytes + tagBytes))
      decipher.final()
      const age = this.#now() - Number(opened.readBigUInt64BE())
      return Math.abs(age) <= toleranceMs ? opened.subarray(timeBytes) : undefined
    } catch {
      return undefined
    }
  }

  /** The same for what must not be heard twice. */
  openOnce(subject: string, sealed: Uint8Array): Buffer | undefined {
    const name = nameOf(sealed)
    if (this.#taken.has(name)) return undefined
    const opened = this.open(subject, sealed)
    if (opened) this.#taken.set(name, true)
    return opened
  }
}

/** Names one sealed message. */
export const nameOf = (sealed: Uint8Array): string => Buffer.from(sealed.subarray(0, ivBytes)).toString('base64url')
