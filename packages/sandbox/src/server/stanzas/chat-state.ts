import { children, jidAttr } from '../../wire/node-access.ts'
import { accountJid, addressingOf, deviceName } from '../../world/address.ts'
import { pushGroupChatState } from '../groups/group-chat-state.ts'
import { showLive } from '../show-live.ts'
import { StanzaError } from '../stanza-error.ts'
import type { StanzaHandler } from '../stanza-handler.ts'

/** `<chatstate to><composing|paused/></chatstate>`: reaches those devices of the peer that are available now, and is kept for nobody.
 *  Seen in two clients (whatsmeow presence.go, baileys chats.js). */
export const handleChatState: StanzaHandler = (world, from, node) => {
  const to = jidAttr(node, 'to')
  const addressing = to && addressingOf(to)
  const state = children(node)[0]
  if (!to || !state) throw new StanzaError(400, 'bad-request')
  const group = world.groups.get(to)
  if (group) {
    pushGroupChatState(world, from, group, state)
    return undefined
  }
  const peer = world.account(to)
  if (!addressing || !peer || peer.blocked.has(from.account.lid)) return undefined
  const stanza = { tag: 'chatstate', attrs: { from: accountJid(from.account, addressing) }, content: [state] }
  let reached = 0
  for (const device of peer.devices.values()) if (showLive(device, stanza)) reached++
  world.log.append('chatstate', { device: deviceName(from), to: peer.phone, state: state.tag, reached })
  return undefined
}
