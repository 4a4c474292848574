import { diffieHellman, type KeyObject } from 'node:crypto'
import { SignalError } from '../errors.ts'
import { plain } from '../primitives/bytes.ts'
import { x25519PrivateKey, x25519PublicKey } from './key-objects.ts'

/**
 * The X25519 shared secret (RFC 7748), 32 bytes.
 *
 * Throws `bad_key` for a key of the wrong length and for a low-order point, which would give a secret of zeros (RFC 7748 §6.1).
 */
export function agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return agreeWith(x25519PrivateKey(privateKey), x25519PublicKey(publicKey))
}

/** The same by node's handles, for keys that are used several times and then no more. */
export function agreeWith(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  const secret = derive({ privateKey, publicKey })
  if (secret.every((byte) => byte === 0)) throw lowOrder()
  return plain(secret)
}

function derive(keys: Parameters<typeof diffieHellman>[0]): Uint8Array {
  try {
    return diffieHellman(keys)
  } catch {
    // OpenSSL itself refuses an all-zero secret; both keys are well-formed here.
    throw lowOrder()
  }
}

function lowOrder(): SignalError {
  return new SignalError('bad_key', 'A public key of low order')
}
