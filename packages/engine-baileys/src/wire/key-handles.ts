import crypto, { type CipherKey, createSecretKey } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

let done = false

/**
 * Gives node's ciphers their keys as handles. Given raw bytes, Node 24.21 learns from two errors that it throws and catches that they
 * are none, which costs ten times as much as the handle (`isKeyObject` in lib/internal/crypto/keys.js). The library ciphers every frame
 * with raw bytes: that is a tenth of what an idle session costs. What is computed is the same; needless once Node has mended it.
 */
export function useKeyHandles(): void {
  if (done) return
  done = true
  const { createCipheriv, createDecipheriv } = crypto
  crypto.createCipheriv = wrapped(createCipheriv)
  crypto.createDecipheriv = wrapped(createDecipheriv)
  // For those who imported them by name.
  syncBuiltinESMExports()
}

type Make = (algorithm: string, key: CipherKey, ...rest: unknown[]) => unknown

const wrapped = <Create>(create: Create): Create =>
  ((algorithm, key, ...rest) =>
    (create as Make)(algorithm, key instanceof Uint8Array ? createSecretKey(key) : key, ...rest)) as Make as Create
