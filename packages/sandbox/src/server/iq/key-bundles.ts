import type { WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, numberBytes } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import { deviceName } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import { warnOfFewPreKeys } from '../notifications/pre-key-count.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqRequest } from './iq-handler.ts'

/** `<key><user jid/>…</key>`: what is needed to start a session with each device. One-time keys are handed out once; when none is left the
 *  bundle comes without. An unknown device is an error of its own `<user>`, not of the whole request. Seen in two clients
 *  (whatsmeow prekeys.go fetchPreKeys, baileys messages-send.js assertSessions). */
export function keyBundles({ world, node }: IqRequest): readonly WireNode[] {
  const users = children(child(node, 'key')!, 'user')
  if (users.length === 0) throw new StanzaError(400, 'bad-request')
  return [{ tag: 'list', attrs: {}, content: users.map((user) => userNode(world, user)) }]
}

function userNode(world: World, user: WireNode): WireNode {
  const jid = jidAttr(user, 'jid')
  const device = jid && world.device(jid)
  const attrs = { ...(jid ? { jid } : {}), t: String(world.seconds()) }
  if (!device?.signedPreKey) {
    return { tag: 'user', attrs, content: [{ tag: 'error', attrs: { code: '404', text: 'item-not-found' } }] }
  }
  return { tag: 'user', attrs, content: bundle(world, device, device.signedPreKey) }
}

function bundle(world: World, device: Device, signed: NonNullable<Device['signedPreKey']>): WireNode[] {
  const oneTime = world.faults.exhausted(device) ? undefined : device.preKeys.take()
  if (oneTime) warnOfFewPreKeys(world, device)
  world.log.append('bundle.fetched', { device: deviceName(device), oneTime: oneTime !== undefined })
  const content: WireNode[] = [
    leaf('registration', numberBytes(device.registrationId, 4)),
    leaf('type', Uint8Array.of(5)),
    leaf('identity', device.identityKey),
    { tag: 'skey', attrs: {}, content: [...keyChildren(signed), leaf('signature', signed.signature)] },
  ]
  if (oneTime) content.push({ tag: 'key', attrs: {}, content: keyChildren(oneTime) })
  return content
}

function keyChildren(key: { keyId: number; publicKey: Uint8Array }): WireNode[] {
  return [leaf('id', numberBytes(key.keyId, 3)), leaf('value', key.publicKey)]
}

function leaf(tag: string, content: Uint8Array): WireNode {
  return { tag, attrs: {}, content }
}
