import type { WireNode } from '../wire/node.ts'
import { child, contentBytes, textAttr } from '../wire/node-access.ts'
import type { Account } from '../world/account.ts'
import { activeNewChats } from '../world/people/standing.ts'
import type { World } from '../world/world.ts'
import { announceNewChats } from './notifications/standing.ts'
import { showsContactToken, showsToken } from './privacy-tokens.ts'
import { StanzaError } from './stanza-error.ts'

/** Lets a one-to-one message pass, or refuses it: a restricted account may not write to strangers first, unless they gave it a trusted-contact token.
 *  Where tokens are demanded, one that the sender derived does too. 463: seen in two clients (whatsmeow send.go, baileys messages-recv.js handleBadAck).
 *  @throws StanzaError 463 */
export function admitMessage(world: World, sender: Account, recipient: Account, node: WireNode): void {
  if (sender === recipient || textAttr(node, 'category') === 'peer') return
  const isNew = !Object.hasOwn(sender.person.wroteTo, recipient.lid)
  if (isNew && isStranger(sender, recipient)) {
    if (!mayBegin(world, sender, recipient, node)) {
      world.log.append('stranger.refused', { phone: sender.phone, to: recipient.phone })
      throw new StanzaError(463, 'reach-out-timelocked')
    }
    countNewChat(world, sender)
  }
  sender.person.wroteTo[recipient.lid] = true
}

function mayBegin(world: World, sender: Account, recipient: Account, node: WireNode): boolean {
  const token = contentBytes(child(node, 'tctoken'))
  const derived = contentBytes(child(node, 'cstoken'))
  // Both are looked at, so that the log has what was shown.
  const [isTrusted, isKnown] = [
    showsToken(world, { holder: sender, owner: recipient }, token, 'message'),
    showsContactToken(world, sender, recipient, derived),
  ]
  if (isTrusted) return true
  return !isRestricted(world, sender) && (isKnown || !world.faults.demandsTokens(sender))
}

/** A reach-out lock holds, or no new chat is left in this cycle; that the latter has the same code is inferred. */
function isRestricted(world: World, sender: Account): boolean {
  if (world.faults.timelockedUntil(sender) !== undefined) return true
  const cap = activeNewChats(sender.standing, world.clock.now())
  return cap !== undefined && cap.used >= cap.quota
}

/** Lets a call ring, or refuses it: a reach-out lock also keeps from calling strangers (baileys Types/State.d.ts says that it prevents calls; the
 *  code is inferred). @throws StanzaError 463 */
export function admitCall(world: World, caller: Account, callee: Account): void {
  const known = Object.hasOwn(caller.person.wroteTo, callee.lid) || !isStranger(caller, callee)
  if (known || world.faults.timelockedUntil(caller) === undefined) return
  throw new StanzaError(463, 'reach-out-timelocked')
}

/** Somebody who never wrote to the sender. */
function isStranger(sender: Account, recipient: Account): boolean {
  return !Object.hasOwn(recipient.person.wroteTo, sender.lid)
}

function countNewChat(world: World, sender: Account): void {
  const cap = activeNewChats(sender.standing, world.clock.now())
  if (!cap) return
  cap.used += 1
  announceNewChats(world, sender)
}
