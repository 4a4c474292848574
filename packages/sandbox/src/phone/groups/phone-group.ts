import { formatJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { children, jidAttr, textAttr } from '../../wire/node-access.ts'
import { accountJid } from '../../world/address.ts'
import { saysSomething } from '../content/content-kinds.ts'
import { changeNodes, type GroupChanges } from './group-changes.ts'
import { historyMessages } from './group-history.ts'
import { asGroup, required } from './group-line.ts'
import type { GroupHome, GroupInvite } from './group-parts.ts'
import { GroupTalk } from './group-talk.ts'
import { type ParticipantOutcome, type ParticipantView, readOutcome, readParticipant } from './group-view.ts'
import { GroupWaits } from './group-waits.ts'

/** One group or community, in the hands of one phone. Requests that the server refuses throw {@link GroupRefused}. People are named by JID or number. */
export class PhoneGroup extends GroupTalk {
  readonly until: GroupWaits
  readonly #groups: GroupHome<PhoneGroup>

  constructor(groups: GroupHome<PhoneGroup>, jid: string) {
    super(groups, jid)
    this.#groups = groups
    this.until = new GroupWaits(groups.parts.until, jid)
  }

  /** Who is added gets recent messages from this phone, where the group wants that and this person may share them. */
  async add(who: readonly string[]): Promise<ParticipantOutcome[]> {
    const outcomes = await this.#change('add', who)
    await this.#shareHistory(outcomes.flatMap(({ jid, status }) => (status === 200 ? [jid] : [])))
    return outcomes
  }

  remove(who: readonly string[]): Promise<ParticipantOutcome[]> {
    return this.#change('remove', who)
  }

  promote(who: readonly string[]): Promise<ParticipantOutcome[]> {
    return this.#change('promote', who)
  }

  demote(who: readonly string[]): Promise<ParticipantOutcome[]> {
    return this.#change('demote', who)
  }

  /** Leaves; a community with all of its groups. */
  async leave(): Promise<void> {
    const group: WireNode = { tag: 'group', attrs: { id: asGroup(this.jid) } }
    await this.#groups.line.request({ user: '', server: 'g.us' }, 'set', { tag: 'leave', attrs: {}, content: [group] })
  }

  async setSubject(text: string): Promise<void> {
    await this.#set({ tag: 'subject', attrs: {}, content: Buffer.from(text) })
  }

  /** An empty text takes the description away. */
  async setDescription(text: string): Promise<void> {
    const { description } = await this.info()
    const prev: Record<string, string> = description ? { prev: description.id } : {}
    const body: WireNode = { tag: 'body', attrs: {}, content: Buffer.from(text) }
    const id = this.#groups.parts.outbox.newId()
    if (text === '') await this.#set({ tag: 'description', attrs: { id, delete: 'true', ...prev } })
    else await this.#set({ tag: 'description', attrs: { id, ...prev }, content: [body] })
  }

  async set(changes: GroupChanges): Promise<void> {
    for (const node of changeNodes(changes)) await this.#set(node)
  }

  /** Sets the picture: JPEG bytes. @returns its id */
  async setPhoto(image: Uint8Array): Promise<string> {
    const answer = await this.#picture([{ tag: 'picture', attrs: { type: 'image' }, content: image }])
    return textAttr(required(answer, 'picture'), 'id') ?? ''
  }

  async removePhoto(): Promise<void> {
    await this.#picture([])
  }

  /** The code of the invite link; admins only. */
  async inviteCode(): Promise<string> {
    return textAttr(required(await this.#get({ tag: 'invite', attrs: {} }), 'invite'), 'code') ?? ''
  }

  /** A new code; the old one leads nowhere any more. */
  async resetInvite(): Promise<string> {
    return textAttr(required(await this.#set({ tag: 'invite', attrs: {} }), 'invite'), 'code') ?? ''
  }

  /** Sends the invitation that an add was answered with as a message to that person. */
  async invite(who: string, outcome: ParticipantOutcome): Promise<GroupInvite> {
    if (!outcome.invite) throw new Error(`there is no invitation for ${who}`)
    const { code, expiresAtSeconds } = outcome.invite
    const { subject } = await this.info()
    const groupInviteMessage = {
      ...{ groupJid: this.jid, inviteCode: code, inviteExpiration: expiresAtSeconds },
      groupName: subject,
    }
    await this.#groups.parts.sendTo(who, { groupInviteMessage })
    const admin = formatJid(accountJid(this.#groups.ctx.account, 'pn'))
    return { group: this.jid, code, expiresAtSeconds, admin }
  }

  /** Takes invitations back. */
  async revokeInvites(who: readonly string[]): Promise<void> {
    await this.#set({ tag: 'revoke', attrs: {}, content: this.#groups.line.people(who) })
  }

  /** Those who wait to be let in; admins only. */
  async requests(): Promise<{ jid: string; method: string; at: number }[]> {
    const answer = await this.#get({ tag: 'membership_approval_requests', attrs: {} })
    return children(required(answer, 'membership_approval_requests')).map((node) => ({
      jid: readParticipant(node).jid,
      method: textAttr(node, 'request_method') ?? '',
      at: Number(textAttr(node, 'request_time')) * 1000,
    }))
  }

  approve(who: readonly string[]): Promise<ParticipantOutcome[]> {
    return this.#decide('approve', who)
  }

  reject(who: readonly string[]): Promise<ParticipantOutcome[]> {
    return this.#decide('reject', who)
  }

  /** Withdraws this person's own request to join. */
  async cancelRequest(): Promise<void> {
    await this.#set({ tag: 'cancel_membership_requests', attrs: {} })
  }

  /** Makes groups part of this community. @returns what became of each */
  async link(groups: readonly string[]): Promise<{ jid: string; status: number }[]> {
    const content: WireNode[] = groups.map((jid) => ({ tag: 'group', attrs: { jid: asGroup(jid) } }))
    const link: WireNode = { tag: 'link', attrs: { link_type: 'sub_group' }, content }
    const answer = await this.#set({ tag: 'links', attrs: {}, content: [link] })
    return linkOutcomes(required(required(answer, 'links'), 'link'))
  }

  /** @param orphans whether those who are in none of its other groups leave the community with them */
  async unlink(
    groups: readonly string[],
    orphans: 'keep' | 'remove' = 'keep',
  ): Promise<{ jid: string; status: number }[]> {
    const extra: Record<string, string> = orphans === 'remove' ? { remove_orphaned_members: 'true' } : {}
    const content: WireNode[] = groups.map((jid) => ({ tag: 'group', attrs: { jid: asGroup(jid), ...extra } }))
    const answer = await this.#set({ tag: 'unlink', attrs: { unlink_type: 'sub_group' }, content })
    return linkOutcomes(required(answer, 'unlink'))
  }

  /** Ends this community; its groups stay. */
  async deactivate(): Promise<void> {
    await this.#set({ tag: 'delete_parent', attrs: {} })
  }

  /** Groups of this community, the announcement group first. */
  async subGroups(): Promise<{ jid: string; subject: string; isDefault: boolean }[]> {
    const answer = await this.#get({ tag: 'sub_groups', attrs: {} })
    return children(required(answer, 'sub_groups'), 'group').map((node) => ({
      jid: `${textAttr(node, 'id')}@g.us`,
      subject: textAttr(node, 'subject') ?? '',
      isDefault: children(node, 'default_sub_group').length > 0,
    }))
  }

  /** Everybody in this community and its groups. */
  async members(): Promise<ParticipantView[]> {
    const answer = await this.#get({ tag: 'linked_groups_participants', attrs: {} })
    return children(required(answer, 'linked_groups_participants'), 'participant').map(readParticipant)
  }

  /** Joins one of this community's groups. */
  async joinSubGroup(jid: string): Promise<{ group: PhoneGroup; waiting: boolean }> {
    const attrs = { type: 'sub_group', jid: asGroup(jid) }
    return this.#groups.joined(await this.#set({ tag: 'join_linked_group', attrs }))
  }

  async #shareHistory(added: readonly string[]): Promise<void> {
    const { line, ctx } = this.#groups
    line.forget(this.jid)
    const view = await this.info()
    const own = view.participants.find(({ lid }) => lid === `${ctx.account.lid}@lid`)
    const may = view.historyShare === 'all_member_share' || (own && own.role !== 'member')
    if (!view.history || !may) return
    const named = (isNew: boolean): string[] =>
      view.participants
        .filter(({ jid }) => added.includes(jid) === isNew)
        .map(({ jid, lid }) => (view.addressing === 'lid' ? lid : jid))
    const past = this.messages().filter(({ kind, revoked, status }) => {
      return saysSomething(kind) && !revoked && (status === 'received' || status === 'sent')
    })
    const shared = historyMessages(ctx, past, { receivers: named(true), others: named(false) })
    if (!shared) return
    await this.sendMessage(shared.bundle)
    await this.sendMessage(shared.notice)
  }

  async #change(tag: string, who: readonly string[]): Promise<ParticipantOutcome[]> {
    const answer = await this.#set({ tag, attrs: {}, content: this.#groups.line.people(who) })
    return children(required(answer, tag), 'participant').map(readOutcome)
  }

  async #decide(tag: string, who: readonly string[]): Promise<ParticipantOutcome[]> {
    const action: WireNode = { tag, attrs: {}, content: this.#groups.line.people(who) }
    const answer = await this.#set({ tag: 'membership_requests_action', attrs: {}, content: [action] })
    const decided = required(required(answer, 'membership_requests_action'), tag)
    return children(decided, 'participant').map(readOutcome)
  }

  /** Pictures are asked for at the server of people, with the group as target (whatsmeow group.go SetGroupPhoto, baileys chats.js). */
  #picture(content: readonly WireNode[]): Promise<WireNode> {
    return this.#groups.line.requestPicture(asGroup(this.jid), content)
  }

  #get(node: WireNode): Promise<WireNode> {
    return this.#groups.line.request(asGroup(this.jid), 'get', node)
  }

  #set(node: WireNode): Promise<WireNode> {
    return this.#groups.line.request(asGroup(this.jid), 'set', node)
  }
}

function linkOutcomes(node: WireNode): { jid: string; status: number }[] {
  return children(node, 'group').map((item) => {
    const jid = jidAttr(item, 'jid')
    return { jid: jid ? formatJid(jid) : '', status: Number(textAttr(item, 'error') ?? 200) }
  })
}
