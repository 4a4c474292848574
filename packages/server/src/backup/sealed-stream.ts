import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto'
import { LRUCache } from 'lru-cache'

const algorithm = 'aes-256-gcm'
const chunkBytes = 64 * 1024
const tagBytes = 16
/** 128 MiB and half a second for each guess (https://www.rfc-editor.org/rfc/rfc7914). */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

/** It is no backup, was changed or cut, or the passphrase is another one. The message is for people. */
export class BackupUnreadable extends Error {
  override readonly name = 'BackupUnreadable'
}

const magic = 'switchboard-backup-1\n'
const saltBytes = 16

/** Each chunk says which it is and whether it is the last: none can be left out, moved or added. */
const partsOf = (header: Uint8Array, number: number, isLast: boolean) => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(number, 8)
  return { nonce, context: Buffer.concat([header, Buffer.of(isLast ? 1 : 0)]) }
}

/** A restore reads its file several times. */
const known = new LRUCache<string, Buffer>({ max: 4 })

function keyOf(passphrase: string, salt: Uint8Array): Buffer {
  const name = createHash('sha256').update(salt).update(passphrase).digest('hex')
  const key = known.get(name) ?? scryptSync(passphrase.normalize(), salt, 32, cost)
  known.set(name, key)
  return key
}

/**
 * Seals a stream under a passphrase: `switchboard-backup-1`, a line end, 16 bytes of salt, then chunks. A chunk is its length (4 bytes, the highest bit says
 * that it is the last), the ciphertext and 16 bytes of tag, by AES-256-GCM with a key that scrypt makes of passphrase and salt.
 */
export async function* sealStream(plain: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array> {
  const salt = randomBytes(saltBytes)
  const header = Buffer.concat([Buffer.from(magic), salt])
  const key = keyOf(passphrase, salt)
  yield header
  let number = 0
  const seal = (bytes: Uint8Array, isLast: boolean): Buffer => {
    const { nonce, context } = partsOf(header, number++, isLast)
    const cipher = createCipheriv(algorithm, key, nonce).setAAD(context)
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    const length = Buffer.alloc(4)
    length.writeUInt32BE((sealed.length | (isLast ? 0x8000_0000 : 0)) >>> 0)
    return Buffer.concat([length, sealed])
  }
  let waiting: Buffer = Buffer.alloc(0)
  for await (const some of plain) {
    waiting = Buffer.concat([waiting, some])
    while (waiting.length > chunkBytes) {
      yield seal(waiting.subarray(0, chunkBytes), false)
      waiting = waiting.subarray(chunkBytes)
    }
  }
  yield seal(waiting, true)
}

/** Reads a stream in pieces of the lengths that are asked for. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>
  #waiting: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** @throws BackupUnreadable when there are not so many bytes left */
  async take(length: number): Promise<Buffer> {
    while (this.#waiting.length < length) {
      const { value, done } = await this.#source.next()
      if (done) throw new BackupUnreadable('The backup is cut short')
      this.#waiting = Buffer.concat([this.#waiting, value])
    }
    const piece = this.#waiting.subarray(0, length)
    this.#waiting = this.#waiting.subarray(length)
    return piece
  }
}

/** The reverse of {@link sealStream}. What it yields is genuine; that it is whole is known when it ends without an error. @throws BackupUnreadable */
export async function* openStream(sealed: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array> {
  const pieces = new Pieces(sealed)
  const header = await pieces.take(magic.length + saltBytes)
  if (!header.subarray(0, magic.length).equals(Buffer.from(magic)))
    throw new BackupUnreadable('This is no backup of a gateway')
  const key = keyOf(passphrase, header.subarray(magic.length))
  for (let number = 0; ; number++) {
    const length = (await pieces.take(4)).readUInt32BE()
    const isLast = length >= 0x8000_0000
    const size = length & 0x7fff_ffff
    if (size < tagBytes || size > chunkBytes + tagBytes) throw new BackupUnreadable('The backup is damaged')
    const chunk = await pieces.take(size)
    const { nonce, context } = partsOf(header, number, isLast)
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(context)
    decipher.setAuthTag(chunk.subarray(-tagBytes))
    const plain = decipher.update(chunk.subarray(0, -tagBytes))
    try {
      decipher.final()
    } catch {
      throw new BackupUnreadable(
        number === 0 ? 'The passphrase is another one, or the backup is damaged' : 'The backup is damaged',
      )
    }
    yield plain
    if (isLast) return
  }
}
