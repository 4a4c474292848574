import type { WireNode } from '../../wire/node.ts'
import { child, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { type Addressing, deviceName } from '../../world/address.ts'
import type { Call } from '../../world/calls/call.ts'
import { lets } from '../../world/people/privacy-rules.ts'
import type { World } from '../../world/world.ts'
import { admitCall } from '../admit-message.ts'
import { StanzaError } from '../stanza-error.ts'
import { offerNotice, putCall, stepFor, terminate } from './call-stanza.ts'

export interface Offer {
  readonly from: Device
  readonly id: string
  readonly step: WireNode
  readonly callees: readonly Account[]
  readonly group: string | undefined
  readonly addressing: Addressing
}

/** Lets every device of the called ring, and the world's clock end it. A further offer with the same id calls more people. */
export function ring(world: World, offer: Offer): void {
  const { from, id, step, callees } = offer
  if (callees.length === 0 || callees.includes(from.account)) throw new StanzaError(400, 'bad-request')
  for (const callee of callees) admitCall(world, from.account, callee)
  const call = world.calls.get(id) ?? open(world, offer)
  if (call.creator !== from.account.lid || call.state === 'ended') throw new StanzaError(409, 'conflict')
  for (const callee of callees) {
    call.callees[callee.lid] = { state: 'ringing' }
    // Whoever is blocked hears it ring until it times out, like anybody who is not answered.
    if (!callee.blocked.has(from.account.lid)) ringAt(world, callee, from, call, step)
  }
}

function open(world: World, { from, id, step, group, addressing }: Offer): Call {
  return world.calls.open({
    ...{ id, creator: from.account.lid, creatorDevice: from.id, callees: {}, addressing },
    media: child(step, 'video') ? 'video' : 'audio',
    ...(group === undefined ? {} : { group }),
  })
}

/** Devices that are away get a notice once they come. So do all devices of somebody who silences unknown callers: that it has this form is
 *  inferred. */
function ringAt(world: World, callee: Account, from: Device, call: Call, step: WireNode): void {
  const silenced = !lets(callee, 'calladd', from.account)
  for (const device of callee.devices.values()) {
    const rings = device.mailbox.attached && !silenced
    const attrs = call.group === undefined ? step.attrs : { ...step.attrs, type: 'group' }
    putCall(world, device, from, call, rings ? stepFor(device, { ...step, attrs }) : offerNotice(call))
    world.log.append('call.offered', { id: call.id, device: deviceName(device), rings })
  }
}

/** Nobody answered. Both sides get a notice. */
export function endUnanswered(world: World, call: Call): void {
  const creator = world.account(`${call.creator}@lid`)
  const device = creator?.devices.get(call.creatorDevice) ?? creator?.devices.get(0)
  if (!creator || !device) return
  for (const other of calleesOf(world, call).flatMap((callee) => [...callee.devices.values()])) {
    if (!other.account.blocked.has(creator.lid)) putCall(world, other, device, call, terminate('timeout'))
  }
  putCall(world, device, device, call, terminate('timeout'))
  world.log.append('call.ended', { id: call.id, reason: 'timeout' })
}

export function calleesOf(world: World, call: Call): Account[] {
  return Object.keys(call.callees).flatMap((lid) => world.account(`${lid}@lid`) ?? [])
}

/** The reason that a step gives, or the usual one. */
export function reasonOf(step: WireNode, usual: string): string {
  return textAttr(step, 'reason') ?? usual
}
