import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, contentNumber } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import { deviceName } from '../../world/address.ts'
import type { PublicPreKey } from '../../world/published-pre-keys.ts'
import { announceIdentity } from '../notifications/identity.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'
import { keyBundles } from './key-bundles.ts'
import { keyDigest } from './key-digest.ts'

/** Public key material. count, upload and bundles: seen in two clients (whatsmeow prekeys.go, baileys socket.js and messages-send.js).
 *  digest and rotate: two clients (baileys socket.js, zapo); whatsmeow sends neither. */
export const encrypt: IqNamespace = {
  xmlns: 'encrypt',
  handlers: {
    'get count': ({ from }) => [{ tag: 'count', attrs: { value: String(from.preKeys.size) } }],
    'get digest': ({ from }) => [keyDigest(from)],
    'get key': keyBundles,
    'set list': upload,
    'set rotate': ({ from, node }) => {
      from.signedPreKey = signedPreKey(child(child(node, 'rotate'), 'skey'))
      return undefined
    },
  },
}

/** Registration id, identity, signed prekey and a batch of one-time prekeys. Clients order the children differently. */
function upload({ world, from, node }: IqRequest): undefined {
  const registrationId = contentNumber(child(node, 'registration'))
  const identity = fixed(child(node, 'identity'), 32)
  const signed = signedPreKey(child(node, 'skey'))
  const batch = children(child(node, 'list')!, 'key').map(preKey)
  if (registrationId === undefined) throw new StanzaError(400, 'bad-request')
  const changed = from.identityKey.length > 0 && !Buffer.from(from.identityKey).equals(identity)
  from.registrationId = registrationId
  from.signedPreKey = signed
  from.preKeys.add(batch)
  world.log.append('prekeys.uploaded', { device: deviceName(from), count: batch.length, total: from.preKeys.size })
  if (changed) replaceIdentity({ world, from, node }, identity)
}

function replaceIdentity({ world, from }: IqRequest, identity: Uint8Array): void {
  from.identityKey = identity
  announceIdentity(world, from)
}

function preKey(node: WireNode): PublicPreKey {
  const keyId = contentNumber(child(node, 'id'))
  if (keyId === undefined) throw new StanzaError(400, 'bad-request')
  return { keyId, publicKey: fixed(child(node, 'value'), 32) }
}

function signedPreKey(node: WireNode | undefined): NonNullable<Device['signedPreKey']> {
  if (!node) throw new StanzaError(400, 'bad-request')
  return { ...preKey(node), signature: fixed(child(node, 'signature'), 64) }
}

/** A copy: decoded nodes are views of a whole frame, which must not be kept alive. */
function fixed(node: WireNode | undefined, length: number): Uint8Array {
  const bytes = contentBytes(node)
  if (bytes?.length !== length) throw new StanzaError(400, 'bad-request')
  return Uint8Array.from(bytes)
}
