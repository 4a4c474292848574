import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../../wire/node-access.ts'
import { SyncdPatch } from '../../wire/proto/index.ts'
import type { AppStateCollection } from '../../world/account.ts'
import { accountJid, deviceName } from '../../world/address.ts'
import { snapshotReference } from '../app-state/snapshot.ts'
import { notify } from '../notifications/notify.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Patches in one answer; the rest is announced with has_more_patches. */
const pageSize = 50

/** The collections that there are (whatsmeow appstate/keys.go AllPatchNames, baileys Types/Chat.js ALL_WA_PATCH_NAMES). */
const names = new Set(['critical_block', 'critical_unblock_low', 'regular_high', 'regular', 'regular_low'])

/** Chats' settings and the like, as sealed patches that the server orders and never reads. Seen in two clients (whatsmeow appstate.go,
 *  baileys chats.js). Who asks for a snapshot from the start is given one where there are more patches than fit into one answer; below that the
 *  patches are the shorter way, which both clients take as well. */
export const appState: IqNamespace = {
  xmlns: 'w:sync:app:state',
  handlers: {
    'set sync': (request) => {
      const collections = children(child(request.node, 'sync')!, 'collection')
      return [{ tag: 'sync', attrs: {}, content: collections.map((collection) => sync(request, collection)) }]
    },
  },
}

function sync(request: IqRequest, requested: WireNode): WireNode {
  const name = textAttr(requested, 'name')
  const since = Number(textAttr(requested, 'version') ?? 0)
  if (!name || !names.has(name) || !Number.isSafeInteger(since) || since < 0) throw new StanzaError(400, 'bad-request')
  const stored = collectionOf(request, name)
  const patch = contentBytes(child(requested, 'patch'))
  if (patch) return upload(request, { name, since, stored, patch })
  const asked = ['true', '1'].includes(textAttr(requested, 'return_snapshot') ?? '')
  const worthIt = since > 0 || stored.version > pageSize
  return asked && worthIt && stored.version > 0 ? snapshot(request, name, stored) : answer(name, stored, since)
}

function snapshot({ world, from }: IqRequest, name: string, stored: AppStateCollection): WireNode {
  const content = snapshotReference(world, from.account, stored)
  world.log.append('app-state.snapshot', { device: deviceName(from), collection: name, version: stored.version })
  return {
    tag: 'collection',
    attrs: { name, version: String(stored.version) },
    content: [{ tag: 'snapshot', attrs: {}, content }],
  }
}

function upload(
  request: IqRequest,
  change: { name: string; since: number; stored: AppStateCollection; patch: Uint8Array },
): WireNode {
  const { name, since, stored, patch } = change
  // whatsmeow and baileys both refetch and try again after a conflict.
  if (since !== stored.version) return conflict(name, stored, since)
  const { world, from } = request
  const decoded = readPatch(patch)
  if (decoded.externalMutations) {
    world.unhandled.record('w:sync:app:state/set/externalMutations', deviceName(from))
    throw new StanzaError(501, 'feature-not-implemented')
  }
  stored.version += 1
  // Clients upload a patch without its version; readers compute MACs with the version that the server gave it.
  stored.patches.push(SyncdPatch.encode({ ...decoded, version: { version: stored.version } }))
  world.log.append('app-state', { device: deviceName(from), collection: name, version: stored.version })
  const siblings = [...from.account.devices.values()].filter((device) => device !== from)
  notify(world, siblings, {
    type: 'server_sync',
    from: accountJid(from.account, 'pn'),
    content: [{ tag: 'collection', attrs: { name, version: String(stored.version) } }],
  })
  return { tag: 'collection', attrs: { name, version: String(stored.version) } }
}

/** A patch must say what it changes, and carry the MACs that readers will ask for. */
function readPatch(patch: Uint8Array): SyncdPatch {
  const decoded = decodePatch(patch)
  const { mutations = [], externalMutations, snapshotMac, patchMac, keyId } = decoded
  const complete = mutations.every(({ record }) => record?.index?.blob && record.value?.blob && record.keyId?.id)
  const empty = mutations.length === 0 && !externalMutations
  if (empty || !complete || !snapshotMac || !patchMac || !keyId?.id) throw new StanzaError(400, 'bad-request')
  return decoded
}

function decodePatch(patch: Uint8Array): SyncdPatch {
  try {
    return SyncdPatch.decode(patch)
  } catch {
    throw new StanzaError(400, 'bad-request')
  }
}

function answer(name: string, stored: AppStateCollection, since: number): WireNode {
  const page = stored.patches.slice(since, since + pageSize)
  const more = since + page.length < stored.version
  const attrs = { name, version: String(since + page.length), ...(more ? { has_more_patches: 'true' } : {}) }
  const patches = page.map((content) => ({ tag: 'patch', attrs: {}, content }))
  return { tag: 'collection', attrs, content: [{ tag: 'patches', attrs: {}, content: patches }] }
}

function conflict(name: string, stored: AppStateCollection, since: number): WireNode {
  const missing = answer(name, stored, Math.min(since, stored.version))
  const error = { tag: 'error', attrs: { code: '409', text: 'conflict' } }
  return { ...missing, attrs: { ...missing.attrs, type: 'error' }, content: [error, ...children(missing)] }
}

function collectionOf({ from }: IqRequest, name: string): AppStateCollection {
  const known = from.account.appState.get(name)
  if (known) return known
  const created: AppStateCollection = { version: 0, patches: [] }
  from.account.appState.set(name, created)
  return created
}
