import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../../wire/node-access.ts'
import { SyncdPatch } from '../../wire/proto/index.ts'
import type { AppStateCollection } from '../../world/account.ts'
import { accountJid, deviceName } from '../../world/address.ts'
import { notify } from '../notifications/notify.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Patches in one answer; the rest is announced with has_more_patches. */
const pageSize = 50

/** Chats' settings and the like, as sealed patches that the server orders and never reads. Seen in two clients (whatsmeow appstate.go,
 *  baileys chats.js). Without snapshots yet: a client that asks for one gets all patches from version 0. */
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
  if (!name || !Number.isSafeInteger(since) || since < 0) throw new StanzaError(400, 'bad-request')
  const stored = collectionOf(request, name)
  const patch = contentBytes(child(requested, 'patch'))
  if (patch) return upload(request, { name, since, stored, patch })
  return answer(name, stored, since)
}

function upload(
  request: IqRequest,
  change: { name: string; since: number; stored: AppStateCollection; patch: Uint8Array },
): WireNode {
  const { name, since, stored, patch } = change
  // whatsmeow and baileys both refetch and try again when told of a conflict.
  if (since !== stored.version) return conflict(name, stored, since)
  stored.version += 1
  stored.patches.push(numbered(patch, stored.version))
  const { world, from } = request
  world.log.append('app-state', { device: deviceName(from), collection: name, version: stored.version })
  const siblings = [...from.account.devices.values()].filter((device) => device !== from)
  notify(world, siblings, {
    type: 'server_sync',
    from: accountJid(from.account, 'pn'),
    content: [{ tag: 'collection', attrs: { name, version: String(stored.version) } }],
  })
  return { tag: 'collection', attrs: { name, version: String(stored.version) } }
}

/** Clients upload a patch without its version; readers compute MACs with the version that the server gave it. */
function numbered(patch: Uint8Array, version: number): Uint8Array {
  try {
    return SyncdPatch.encode({ ...SyncdPatch.decode(patch), version: { version } })
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
