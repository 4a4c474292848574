import type { WireNode } from '../../wire/node.ts'
import { child, contentBytes } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import type { Group, PersonalInvite } from '../../world/groups/group.ts'
import { newInviteCode } from '../../world/groups/new-group.ts'
import { addRefusal } from '../../world/groups/permissions.ts'
import type { World } from '../../world/world.ts'
import { showsToken } from '../privacy-tokens.ts'
import { participantNode } from './group-node.ts'

const inviteLifeMs = 3 * 24 * 60 * 60 * 1000

export interface AddOutcome {
  readonly account: Account | undefined
  /** What the one who adds is answered about this person. */
  readonly node: WireNode
  readonly refused: boolean
}

/** What becomes of adding one person: `<participant jid>`, with `error` when refused, and with `<add_request>` when they can be invited instead.
 *  Seen in two clients (whatsmeow group.go parseParticipant, baileys groups.js). */
export function addOutcome(world: World, group: Group, actor: Account, named: NamedPerson): AddOutcome {
  const { account } = named
  if (account) {
    showsToken(world, { holder: actor, owner: account }, contentBytes(child(named.node, 'privacy')), 'group')
  }
  const error = addRefusal(group, actor, account, world.clock.now())
  const node = account
    ? participantNode(group, account)
    : { tag: 'participant', attrs: { jid: named.node.attrs['jid'] ?? '' } }
  if (error === undefined) return { account, node, refused: false }
  const attrs = { ...node.attrs, error: String(error) }
  const invite = account && (error === 403 || error === 408) ? [invitationTo(world, group, actor, account)] : []
  const content = invite.length > 0 ? { content: invite } : {}
  return { account, node: { tag: 'participant', attrs, ...content }, refused: true }
}

export interface NamedPerson {
  readonly account: Account | undefined
  readonly node: WireNode
}

function invitationTo(world: World, group: Group, actor: Account, account: Account): WireNode {
  const now = world.clock.now()
  const invite: PersonalInvite = {
    code: newInviteCode(world.random),
    forLid: account.lid,
    by: actor.lid,
    at: now,
    expiresAt: now + inviteLifeMs,
  }
  group.personalInvites.set(invite.code, invite)
  const expiration = String(Math.floor(invite.expiresAt / 1000))
  return { tag: 'add_request', attrs: { code: invite.code, expiration } }
}
