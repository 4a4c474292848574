import { createHash } from 'node:crypto'
import type { AttributeValue, WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../../wire/node-access.ts'
import { Message, type PollCreationMessage, pollOf } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import type { Newsletter } from '../../world/newsletters/newsletter.ts'
import { isFollower } from '../../world/newsletters/newsletter-rules.ts'
import type { World } from '../../world/world.ts'
import { ack } from '../answers.ts'
import { StanzaError } from '../stanza-error.ts'
import { newsletterJid } from './newsletter-json.ts'
import { tellLive } from './newsletter-live.ts'

/** `<message type="poll" server_id><votes><vote>SHA-256 of an option</vote></votes><meta polltype="vote"/></message>`: whoever follows votes in the open, a
 *  later vote replaces the former. One client (zapo builders/newsletter.ts, kinds/newsletter.ts). That no vote takes it back, and the codes, are inferred. */
export function voteInNewsletter(world: World, newsletter: Newsletter, from: Device, node: WireNode): WireNode {
  const poll = newsletter.messages.get(Number(textAttr(node, 'server_id')))
  const asked = poll && !poll.revoked ? pollOf(Message.decode(poll.plaintext)) : undefined
  if (!poll || !asked) throw new StanzaError(404, 'item-not-found')
  if (!isFollower(newsletter, from.account)) throw new StanzaError(403, 'forbidden')
  const chosen = chosenIn(node, asked)
  poll.votes ??= new Map()
  if (chosen.length > 0) poll.votes.set(from.account.lid, chosen)
  else poll.votes.delete(from.account.lid)
  poll.updatedAt = world.clock.now()
  tellOwnDevices(world, newsletter, from, node)
  tellLive(world, newsletter, poll)
  world.log.append('newsletter.voted', { newsletter: newsletter.id, by: from.account.phone, server_id: poll.serverId })
  return ack(node, { t: String(world.seconds()), server_id: String(poll.serverId) })
}

/** @throws StanzaError 406 for what cannot be chosen, or too much of it */
function chosenIn(node: WireNode, { options = [], selectableOptionsCount = 0 }: PollCreationMessage): string[] {
  const possible = new Set(options.map(({ optionName = '' }) => createHash('sha256').update(optionName).digest('hex')))
  const votes = children(child(node, 'votes')!, 'vote')
  const chosen = [...new Set(votes.map((vote) => Buffer.from(contentBytes(vote) ?? []).toString('hex')))]
  const tooMany = selectableOptionsCount > 0 && chosen.length > selectableOptionsCount
  if (tooMany || chosen.some((hash) => !possible.has(hash))) throw new StanzaError(406, 'not-acceptable')
  return chosen
}

function tellOwnDevices(world: World, newsletter: Newsletter, from: Device, node: WireNode): void {
  const id = textAttr(node, 'id')!
  const attrs: Record<string, AttributeValue> = {
    ...{ id, from: newsletterJid(newsletter), type: 'poll', is_sender: 'true' },
    ...{ server_id: textAttr(node, 'server_id')!, t: String(world.seconds()) },
  }
  const content = [child(node, 'votes')!, { tag: 'meta', attrs: { polltype: 'vote' } }]
  for (const device of from.account.devices.values()) {
    if (device !== from) device.mailbox.append('message', id, { tag: 'message', attrs, content }, world.clock.now())
  }
}
