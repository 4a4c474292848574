import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { HandshakeMessage } from '../../wire/proto/index.ts'

/** The client's side of the handshakes, from the Noise specification and Node's own cryptography: shares nothing with the server's side but the
 *  protobuf, so that both cannot be wrong alike. */
export class NoiseInitiator {
  #hash: Buffer
  #chain: Buffer
  #key: Buffer
  #nonce = 0
  readonly #ephemeral = generateKeyPairSync('x25519')
  readonly #static: KeyObject
  readonly #prologue = Buffer.from('WA\x06\x03')

  /** @param staticPrivate 32 bytes */
  constructor(staticPrivate: Uint8Array) {
    this.#static = privateKey(staticPrivate)
    this.#hash = this.#chain = this.#key = Buffer.alloc(0)
  }

  /** The first frame of a resumption (IK) that takes `serverStatic` for the server's key. */
  resume(serverStatic: Uint8Array, payload: Uint8Array): Uint8Array {
    this.#begin('Noise_IK_25519_AESGCM_SHA256')
    this.#mixHash(serverStatic)
    this.#mixHash(this.#ephemeralBytes)
    this.#mixKey(this.#ephemeral.privateKey, serverStatic)
    const sealedStatic = this.#seal(rawPublic(createPublicKey(this.#static)))
    this.#mixKey(this.#static, serverStatic)
    const clientHello = { ephemeral: this.#ephemeralBytes, static: sealedStatic, payload: this.#seal(payload) }
    return HandshakeMessage.encode({ clientHello })
  }

  /** The server took the resumption: returns the certificate chain and the keys, client → server first. */
  resumed(reply: Uint8Array): { chain: Buffer; keys: [Buffer, Buffer] } {
    const { ephemeral, payload } = HandshakeMessage.decode(reply).serverHello!
    this.#mixHash(ephemeral!)
    this.#mixKey(this.#ephemeral.privateKey, ephemeral!)
    this.#mixKey(this.#static, ephemeral!)
    return { chain: this.#open(payload!), keys: this.#split() }
  }

  /** The server is another one than was thought: continues from its reply as XXfallback. */
  fallBack(
    reply: Uint8Array,
    payload: Uint8Array,
  ): { finish: Uint8Array; serverStatic: Buffer; keys: [Buffer, Buffer] } {
    this.#begin('Noise_XXfallback_25519_AESGCM_SHA256')
    this.#mixHash(this.#ephemeralBytes)
    const hello = HandshakeMessage.decode(reply).serverHello!
    this.#mixHash(hello.ephemeral!)
    this.#mixKey(this.#ephemeral.privateKey, hello.ephemeral!)
    const serverStatic = this.#open(hello.static!)
    this.#mixKey(this.#ephemeral.privateKey, serverStatic)
    this.#open(hello.payload!)
    const sealedStatic = this.#seal(rawPublic(createPublicKey(this.#static)))
    this.#mixKey(this.#static, hello.ephemeral!)
    const finish = HandshakeMessage.encode({ clientFinish: { static: sealedStatic, payload: this.#seal(payload) } })
    return { finish, serverStatic, keys: this.#split() }
  }

  get #ephemeralBytes(): Buffer {
    return rawPublic(this.#ephemeral.publicKey)
  }

  #begin(name: string): void {
    const padded = name.length <= 32 ? Buffer.from(name.padEnd(32, '\0')) : createHash('sha256').update(name).digest()
    this.#hash = this.#chain = this.#key = padded
    this.#nonce = 0
    this.#mixHash(this.#prologue)
  }

  #mixHash(data: Uint8Array): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest()
  }

  #mixKey(mine: KeyObject, theirs: Uint8Array): void {
    const secret = diffieHellman({ privateKey: mine, publicKey: publicKey(theirs) })
    const expanded = Buffer.from(hkdfSync('sha256', secret, this.#chain, '', 64))
    this.#chain = expanded.subarray(0, 32)
    this.#key = expanded.subarray(32)
    this.#nonce = 0
  }

  #iv(): Buffer {
    const iv = Buffer.alloc(12)
    iv.writeUInt32BE(this.#nonce++, 8)
    return iv
  }

  #seal(plain: Uint8Array): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#iv()).setAAD(this.#hash)
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    this.#mixHash(sealed)
    return sealed
  }

  #open(sealed: Uint8Array): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#iv()).setAAD(this.#hash)
    decipher.setAuthTag(sealed.subarray(-16))
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    this.#mixHash(sealed)
    return plain
  }

  #split(): [Buffer, Buffer] {
    const expanded = Buffer.from(hkdfSync('sha256', '', this.#chain, '', 64))
    return [expanded.subarray(0, 32), expanded.subarray(32)]
  }
}

function privateKey(raw: Uint8Array): KeyObject {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'pkcs8' })
}

function publicKey(raw: Uint8Array): KeyObject {
  const prefix = Buffer.from('302a300506032b656e032100', 'hex')
  return createPublicKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'spki' })
}

function rawPublic(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-32)
}
