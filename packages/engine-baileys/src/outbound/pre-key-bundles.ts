import type { BinaryNode } from '@switchboard/link'
import type { PreKeyBundle } from '@switchboard/signal'
import { childBytes, childNumber, childOf, childrenNamed, serverJid } from '../wire/nodes.ts'
import type { Wire } from '../wire/wire.ts'

/**
 * The prekey bundles of devices, by the address asked. A device without a bundle, or with a malformed one, is left out;
 * signatures are checked when a session is started.
 */
export async function fetchBundles(
  wire: Wire,
  jids: readonly string[],
  reason?: 'identity',
): Promise<Map<string, PreKeyBundle>> {
  if (jids.length === 0) return new Map()
  const answer = await wire.query({
    tag: 'iq',
    attrs: { xmlns: 'encrypt', type: 'get', to: serverJid },
    content: [
      {
        tag: 'key',
        attrs: {},
        content: jids.map((jid) => ({ tag: 'user', attrs: reason ? { jid, reason } : { jid } })),
      },
    ],
  })
  const bundles = new Map<string, PreKeyBundle>()
  for (const user of childrenNamed(childOf(answer, 'list'), 'user')) {
    const bundle = readBundle(user, user)
    if (bundle && user.attrs['jid']) bundles.set(user.attrs['jid'], bundle)
  }
  return bundles
}

/** The bundle in a node; the registration id may be elsewhere, as in a retry receipt. */
export function readBundle(keys: BinaryNode | undefined, registration: BinaryNode): PreKeyBundle | undefined {
  const registrationId = childNumber(registration, 'registration')
  const identityKey = key32(childBytes(keys, 'identity'))
  const signed = childOf(keys, 'skey')
  const [keyId, publicKey, signature] = [
    childNumber(signed, 'id'),
    key32(childBytes(signed, 'value')),
    childBytes(signed, 'signature'),
  ]
  if (registrationId === undefined || !identityKey || keyId === undefined || !publicKey || !signature) return undefined
  const oneTime = childOf(keys, 'key')
  const [preKeyId, preKey] = [childNumber(oneTime, 'id'), key32(childBytes(oneTime, 'value'))]
  return {
    registrationId,
    identityKey,
    signedPreKey: { keyId, publicKey, signature },
    ...(preKeyId !== undefined && preKey ? { preKey: { keyId: preKeyId, publicKey: preKey } } : {}),
  }
}

function key32(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes?.length === 33 && bytes[0] === 5) return bytes.subarray(1)
  return bytes?.length === 32 ? bytes : undefined
}
