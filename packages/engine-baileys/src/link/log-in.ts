import type { BinaryNode } from 'baileys'
import { credsWrite } from '../credentials/creds-codec.ts'
import { initialPreKeyCount, numberPreKeys, uploadNode } from '../credentials/pre-keys.ts'
import type { SessionContext } from '../session/session-context.ts'
import { setPassive } from '../session/set-passive.ts'
import { StorageError } from '../shared/storage-error.ts'
import { childOf, serverJid } from '../wire/nodes.ts'

const lowPreKeys = 5
const refillCount = 50

/** What a client does between `<success>` and being open (seen in: baileys socket.js, whatsmeow connectionevents.go). */
export async function logIn(success: BinaryNode, context: SessionContext): Promise<void> {
  await noteLid(success.attrs['lid'], context)
  await ensurePreKeys(context).catch((error) => {
    // What waits for us can be read without: other clients come up too (seen in: baileys socket.js, whatsmeow connectionevents.go).
    if (error instanceof StorageError) throw error
    context.warn(error, 'prekeys could not be published')
  })
  if (!context.options.passive) await setPassive(false, context)
}

async function noteLid(lid: string | undefined, { creds, store, signal }: SessionContext): Promise<void> {
  if (!lid || !creds.me) return
  const [phone, own] = [creds.me.id.split(/[:@]/)[0], lid.split(/[:@]/)[0]]
  const learned = phone && own ? await signal.book.learn(phone, own) : []
  if (creds.me.lid === lid && learned.length === 0) return
  creds.me = { ...creds.me, lid }
  await store.save([...learned, credsWrite(creds)])
}

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
