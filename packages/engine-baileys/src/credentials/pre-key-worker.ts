import { parentPort } from 'node:worker_threads'
import { generateKeyPair } from '@switchboard/signal'

// Answers each request with `count` pairs in one buffer: 32 bytes public, 32 bytes private, and so on.
parentPort?.on('message', ({ id, count }: { id: number; count: number }) => {
  const packed = new Uint8Array(count * 64)
  for (let index = 0; index < count; index++) {
    const { publicKey, privateKey } = generateKeyPair()
    packed.set(publicKey, index * 64)
    packed.set(privateKey, index * 64 + 32)
  }
  parentPort?.postMessage({ id, packed }, [packed.buffer])
})
