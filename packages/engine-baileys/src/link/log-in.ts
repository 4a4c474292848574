import type { BinaryNode } from '@switchboard/link'
import { credsWrite } from '../credentials/creds-codec.ts'
import { ensurePreKeys } from '../session/pre-key-supply.ts'
import type { SessionContext } from '../session/session-context.ts'
import { setPassive } from '../session/set-passive.ts'
import { NotStoredError } from '../shared/not-stored-error.ts'

/** What a client does between `<success>` and being open (seen in: baileys socket.js, whatsmeow connectionevents.go). */
export async function logIn(success: BinaryNode, context: SessionContext): Promise<void> {
  await noteLid(success.attrs['lid'], context)
  await ensurePreKeys(context).catch((error) => {
    // What waits for us can be read without: other clients come up too (seen in: baileys socket.js, whatsmeow connectionevents.go).
    if (error instanceof NotStoredError) throw error
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
