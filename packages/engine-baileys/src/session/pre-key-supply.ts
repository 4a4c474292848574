import { credsWrite } from '../credentials/creds-codec.ts'
import { initialPreKeyCount, numberPreKeys, uploadNode } from '../credentials/pre-keys.ts'
import { childOf, serverJid } from '../wire/nodes.ts'
import type { SessionContext } from './session-context.ts'

const lowPreKeys = 5
const refillCount = 50

/** Publishes prekeys when the server has few left. */
export async function ensurePreKeys(context: SessionContext): Promise<void> {
  const answer = await context.wire.query({
    tag: 'iq',
    attrs: { to: serverJid, xmlns: 'encrypt', type: 'get' },
    content: [{ tag: 'count', attrs: {} }],
  })
  const left = Number(childOf(answer, 'count')?.attrs['value'] ?? 0)
  if (left <= lowPreKeys) await publishPreKeys(left === 0 ? initialPreKeyCount : refillCount, context)
}

async function publishPreKeys(count: number, { creds, preKeys, store, wire }: SessionContext): Promise<void> {
  const { keys, writes } = numberPreKeys(creds, await preKeys.generate(count))
  // Before the upload: a peer may use a key the moment it is there.
  await store.save([...writes, credsWrite(creds)])
  await wire.query(uploadNode(creds, keys))
}
