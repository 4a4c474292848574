import { parseJid } from '../../wire/jid.ts'
import type { AttributeValue, WireNode } from '../../wire/node.ts'
import { child, children, jidAttr } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import { accountJid, deviceJid } from '../../world/address.ts'
import type { Call } from '../../world/calls/call.ts'
import type { World } from '../../world/world.ts'

/** Version that a stanza names for its sender's app. */
const appVersion = '2.26.30.0'

/** Puts one step of a call into a device's mailbox, as `<call from t platform version><what call-id call-creator …>`.
 *  Attributes that whatsmeow (call.go) cannot do without are JIDs and texts as it wants them; baileys (messages-recv.js handleCall) reads the same. */
export function putCall(world: World, to: Device, from: Device, call: Call, step: WireNode): void {
  const stanza: WireNode = {
    tag: 'call',
    attrs: {
      ...{ from: deviceJid(from, call.addressing), id: world.random.hex(8), t: String(world.seconds()) },
      ...{ platform: from.platform, version: appVersion },
      ...(from.account.pushName ? { notify: from.account.pushName } : {}),
    },
    content: [{ ...step, attrs: { ...step.attrs, ...callAttrs(world, call) } }],
  }
  to.mailbox.append('call', stanza.attrs['id'] as string, stanza, world.clock.now())
}

function callAttrs(world: World, call: Call): Record<string, AttributeValue> {
  const creator = world.account(`${call.creator}@lid`)
  if (!creator) return { 'call-id': call.id }
  const device = creator.devices.get(call.creatorDevice)
  const group = call.group === undefined ? undefined : parseJid(call.group)
  return {
    'call-id': call.id,
    'call-creator': device ? deviceJid(device, call.addressing) : accountJid(creator, call.addressing),
    ...(call.addressing === 'lid' ? { caller_pn: accountJid(creator, 'pn') } : {}),
    ...(group ? { 'group-jid': group } : {}),
  }
}

/** A step as one device gets it: of the sealed call keys only its own. */
export function stepFor(device: Device, step: WireNode): WireNode {
  const destination = child(step, 'destination')
  if (!destination) return step
  const own = children(destination, 'to').find((to) => {
    const jid = jidAttr(to, 'jid')
    return jid?.user === deviceJid(device, jid?.server === 'lid' ? 'lid' : 'pn').user && (jid.device ?? 0) === device.id
  })
  const rest = children(step).filter((item) => item !== destination)
  return { ...step, content: [...rest, ...(own ? children(own, 'enc') : [])] }
}

/** The notice for a device that cannot ring for a call: seen in two clients (whatsmeow call.go offer_notice, baileys generics.js). */
export function offerNotice(call: Call): WireNode {
  return { tag: 'offer_notice', attrs: { media: call.media, type: call.group === undefined ? '' : 'group' } }
}

export function terminate(reason: string): WireNode {
  return { tag: 'terminate', attrs: { reason } }
}
