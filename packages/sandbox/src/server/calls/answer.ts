import type { WireNode } from '../../wire/node.ts'
import type { Account, Device } from '../../world/account.ts'
import type { Call } from '../../world/calls/call.ts'
import type { World } from '../../world/world.ts'
import { StanzaError } from '../stanza-error.ts'
import { putCall, stepFor, terminate } from './call-stanza.ts'
import { calleesOf, reasonOf } from './ring.ts'

type Step = (world: World, from: Device, call: Call, step: WireNode) => void

/** What may follow an offer. Tags seen in two clients (whatsmeow call.go, baileys generics.js getCallStatusFromNode); who gets it is partly inferred. */
export const callSteps: Readonly<Record<string, Step>> = {
  preaccept: passOn,
  transport: passOn,
  relaylatency: passOn,
  accept,
  reject,
  terminate: hangUp,
}

/** To the other side: from a callee to the calling device, from the caller to the devices that answered, or to all that ring. */
export function passOn(world: World, from: Device, call: Call, step: WireNode): void {
  for (const device of otherSide(world, from, call)) {
    if (device.mailbox.attached) putCall(world, device, from, call, stepFor(device, step))
  }
}

function accept(world: World, from: Device, call: Call, step: WireNode): void {
  const place = call.callees[from.account.lid]
  if (!place) throw new StanzaError(403, 'forbidden')
  // Another device was faster, or the caller has hung up: this one has been told.
  if (call.state === 'ended' || place.state !== 'ringing') return
  Object.assign(place, { state: 'accepted', device: from.id })
  call.state = 'accepted'
  passOn(world, from, call, step)
  tellSiblings(world, from, call, step, 'accepted_elsewhere')
}

function reject(world: World, from: Device, call: Call, step: WireNode): void {
  const place = call.callees[from.account.lid]
  if (!place) throw new StanzaError(403, 'forbidden')
  if (call.state === 'ended' || place.state === 'rejected') return
  place.state = 'rejected'
  passOn(world, from, call, step)
  tellSiblings(world, from, call, step, 'rejected_elsewhere')
  if (Object.values(call.callees).every(({ state }) => state === 'rejected')) end(world, call, 'rejected')
}

/** The caller ends it for everybody, a callee of a group call only for themselves. */
function hangUp(world: World, from: Device, call: Call, step: WireNode): void {
  if (call.state === 'ended') return
  passOnAlways(world, from, call, step)
  const isLast = from.account.lid === call.creator || Object.keys(call.callees).length === 1
  if (isLast) end(world, call, reasonOf(step, 'hangup'))
  else call.callees[from.account.lid]!.state = 'rejected'
}

function end(world: World, call: Call, reason: string): void {
  call.state = 'ended'
  call.reason = reason
  world.log.append('call.ended', { id: call.id, reason })
}

/** Also to devices that are away: they had a notice of the call. */
function passOnAlways(world: World, from: Device, call: Call, step: WireNode): void {
  for (const device of otherSide(world, from, call)) putCall(world, device, from, call, stepFor(device, step))
}

/** The other devices of whoever answered stop ringing. */
function tellSiblings(world: World, from: Device, call: Call, step: WireNode, reason: string): void {
  for (const device of from.account.devices.values()) {
    if (device === from) continue
    if (device.mailbox.attached) putCall(world, device, from, call, stepFor(device, step))
    putCall(world, device, from, call, terminate(reason))
  }
}

function otherSide(world: World, from: Device, call: Call): Device[] {
  const creator = world.account(`${call.creator}@lid`)
  if (from.account !== creator) {
    if (!call.callees[from.account.lid]) throw new StanzaError(403, 'forbidden')
    const device = creator?.devices.get(call.creatorDevice) ?? creator?.devices.get(0)
    return device && !from.account.blocked.has(device.account.lid) ? [device] : []
  }
  return calleesOf(world, call).flatMap((callee) => ringing(callee, call))
}

/** The device that answered, or all. Nobody gets anything from a person they blocked. */
function ringing(callee: Account, call: Call): Device[] {
  const place = call.callees[callee.lid]
  if (callee.blocked.has(call.creator) || place?.state === 'rejected') return []
  const answered = place?.device === undefined ? undefined : callee.devices.get(place.device)
  return answered ? [answered] : [...callee.devices.values()]
}
