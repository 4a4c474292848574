import type { BinaryNode } from '@switchboard/link'
import type { ExternalBlobReference, SyncdPatch, SyncdSnapshot } from '../generated/messages.ts'
import { downloadBlob } from '../media/download-blob.ts'
import { codec } from '../proto/codec.ts'
import type { SessionContext } from '../session/session-context.ts'
import { bytesOf, childOf, childrenNamed, serverJid } from '../wire/nodes.ts'
import { FetchFailed } from './app-state-error.ts'

const blobInfo = 'WhatsApp App State Keys'
const [reference, snapshots, patches, mutations] = [
  codec('ExternalBlobReference'),
  codec('SyncdSnapshot'),
  codec('SyncdPatch'),
  codec('SyncdMutations'),
]

/** What is asked of a collection, and what is written to it. */
export interface CollectionRequest {
  readonly name: string
  readonly version: number
  readonly snapshot: boolean
  readonly patch?: Uint8Array
}

/** What the server said of a collection. */
export interface CollectionAnswer {
  readonly name: string
  /** Code of its refusal; 409: somebody else was faster. */
  readonly refused: number | undefined
  readonly hasMore: boolean
  readonly node: BinaryNode
}

/** Asks for collections, or writes to them, in one request. Seen in: whatsmeow appstate.go `fetchAppStatePatches`, baileys chats.js `resyncAppState`.
 *  @throws EngineError `timeout`, `refused`, `closed` */
export async function askForCollections(
  requests: readonly CollectionRequest[],
  { wire }: SessionContext,
): Promise<CollectionAnswer[]> {
  const collections = requests.map(({ name, version, snapshot, patch }): BinaryNode => {
    const attrs = { name, version: String(version), return_snapshot: String(snapshot) }
    return { tag: 'collection', attrs, ...(patch && { content: [{ tag: 'patch', attrs: {}, content: patch }] }) }
  })
  const sync = [{ tag: 'sync', attrs: {}, content: collections }]
  const attrs = { to: serverJid, type: 'set', xmlns: 'w:sync:app:state' }
  const answer = await wire.query({ tag: 'iq', attrs, content: sync })
  return childrenNamed(childOf(answer, 'sync'), 'collection').map((node) => ({
    name: node.attrs['name'] ?? '',
    refused: node.attrs['type'] === 'error' ? Number(childOf(node, 'error')?.attrs['code'] ?? 500) : undefined,
    hasMore: node.attrs['has_more_patches'] === 'true',
    node,
  }))
}

async function download(blob: ExternalBlobReference, { options }: SessionContext): Promise<Uint8Array> {
  try {
    return await downloadBlob(blob, { info: blobInfo }, options)
  } catch (cause) {
    throw new FetchFailed(`a file of the media host: ${String(cause)}`, { cause })
  }
}

/** The whole collection, which comes as a file on the media host; undefined when the answer has none. */
export async function snapshotIn(node: BinaryNode, context: SessionContext): Promise<SyncdSnapshot | undefined> {
  const bytes = bytesOf(childOf(node, 'snapshot'))
  return bytes && snapshots.decode(await download(reference.decode(bytes), context))
}

/** The patches of an answer. What is too large for one stands on the media host. */
export async function patchesIn(node: BinaryNode, context: SessionContext): Promise<SyncdPatch[]> {
  const found: SyncdPatch[] = []
  for (const each of childrenNamed(childOf(node, 'patches') ?? node, 'patch')) {
    const bytes = bytesOf(each)
    if (!bytes) continue
    const patch = patches.decode(bytes)
    const blob = patch.externalMutations
    if (!blob) found.push(patch)
    else found.push({ ...patch, mutations: mutations.decode(await download(blob, context)).mutations })
  }
  return found
}
