import { formatJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import { type Addressing, deviceName } from '../../world/address.ts'
import type { PhoneContext } from '../phone-context.ts'
import type { RetryAnswers } from '../retry-answers.ts'
import { GroupInbox } from './group-inbox.ts'
import { asGroup, GroupLine, groupServer, required } from './group-line.ts'
import { GroupOutbox } from './group-outbox.ts'
import type { GroupInvite, GroupParts } from './group-parts.ts'
import { type GroupView, type ParticipantOutcome, readGroup, readOutcome, readParticipant } from './group-view.ts'
import { PhoneGroup } from './phone-group.ts'
import { SenderKeys } from './sender-keys.ts'

export interface NewPhoneGroup {
  readonly subject: string
  /** JIDs or phone numbers. */
  readonly participants?: readonly string[]
  /** Only admins write. */
  readonly announcement?: boolean
  /** Only admins change subject, description and picture. */
  readonly locked?: boolean
  readonly ephemeralSeconds?: number
  readonly joinApproval?: boolean
  readonly memberAdd?: 'admin_add' | 'all_member_add'
  /** Whether who adds somebody shares recent messages with them. */
  readonly history?: boolean
  /** JID of the community that the group shall belong to. */
  readonly parent?: string
  /** How members are named in the group: by hidden id as groups are today (the default), or by phone number as older ones. */
  readonly addressing?: Addressing
}

export interface NewCommunity {
  readonly subject: string
  readonly description?: string
  readonly participants?: readonly string[]
  /** Members who are no admins may also open groups in it. */
  readonly membersMayCreate?: boolean
  readonly generalChat?: boolean
}

/** What a phone does in groups and communities. */
export class PhoneGroups {
  readonly line: GroupLine
  readonly outbox: GroupOutbox
  readonly ctx: PhoneContext
  readonly parts: GroupParts
  readonly #inbox: GroupInbox

  constructor(ctx: PhoneContext, parts: GroupParts) {
    this.ctx = ctx
    this.parts = parts
    const keys = new SenderKeys(ctx.storage)
    this.line = new GroupLine(ctx)
    this.outbox = new GroupOutbox(ctx, parts.outbox, this.line, keys)
    this.#inbox = new GroupInbox(ctx, parts.inbox, parts.retryRequests, keys)
  }

  /** One group by its JID. @throws Error for anything else */
  of(jid: string): PhoneGroup {
    return new PhoneGroup(this, formatJid(asGroup(jid)))
  }

  /** Opens a group. `outcomes` names those who could not be added. @throws GroupRefused */
  async create(wish: NewPhoneGroup): Promise<PhoneGroup & { readonly outcomes: readonly ParticipantOutcome[] }> {
    const content = [...this.line.people(wish.participants ?? []), ...settingNodes(wish)]
    const key = this.parts.outbox.newId()
    const mode: Record<string, string> = wish.addressing ? { addressing_mode: wish.addressing } : {}
    return this.#create({ tag: 'create', attrs: { subject: wish.subject, key, ...mode }, content })
  }

  /** Opens a community with its announcement group. @throws GroupRefused */
  async createCommunity(wish: NewCommunity): Promise<PhoneGroup> {
    const flag = (tag: string, on: boolean | undefined): WireNode[] => (on ? [{ tag, attrs: {} }] : [])
    const body: WireNode = { tag: 'body', attrs: {}, content: Buffer.from(wish.description ?? '') }
    const description: WireNode[] = wish.description
      ? [{ tag: 'description', attrs: { id: this.parts.outbox.newId() }, content: [body] }]
      : []
    const content: WireNode[] = [
      ...this.line.people(wish.participants ?? []),
      ...description,
      { tag: 'parent', attrs: { default_membership_approval_mode: 'request_required' } },
      ...flag('allow_non_admin_sub_group_creation', wish.membersMayCreate),
      ...flag('create_general_chat', wish.generalChat),
    ]
    return this.#create({ tag: 'create', attrs: { subject: wish.subject }, content })
  }

  /** All groups and communities of this person, as the server lists them. */
  async list(): Promise<GroupView[]> {
    const parts: WireNode[] = ['participants', 'description'].map((tag) => ({ tag, attrs: {} }))
    const answer = await this.line.request(groupServer, 'get', { tag: 'participating', attrs: {}, content: parts })
    return children(required(answer, 'groups'), 'group').map((node) => this.line.learn(node))
  }

  /** What an invite link leads to. @param code the code, or the whole link @throws GroupRefused 406 no such code, 410 reset */
  async inviteInfo(code: string): Promise<GroupView> {
    const answer = await this.line.request(groupServer, 'get', { tag: 'invite', attrs: { code: bareCode(code) } })
    return readGroup(required(answer, 'group'))
  }

  /** Joins by an invite link. @returns the group, and whether an admin must approve first @throws GroupRefused */
  async join(code: string): Promise<{ group: PhoneGroup; waiting: boolean }> {
    const answer = await this.line.request(groupServer, 'set', { tag: 'invite', attrs: { code: bareCode(code) } })
    return this.joined(answer)
  }

  /** Joins by an invitation to this person. @throws GroupRefused */
  async acceptInvite(invite: GroupInvite): Promise<PhoneGroup> {
    const admin = this.line.person(invite.admin)
    const attrs = {
      code: invite.code,
      expiration: String(invite.expiresAtSeconds),
      admin: { user: admin.lid, server: 'lid' } as const,
    }
    await this.line.request(asGroup(invite.group), 'set', { tag: 'accept', attrs })
    return this.of(invite.group)
  }

  joined(answer: WireNode): { group: PhoneGroup; waiting: boolean } {
    const request = child(answer, 'membership_approval_request')
    const jid = jidAttr(request ?? required(answer, 'group'), 'jid')
    return { group: this.of(jid ? formatJid(jid) : ''), waiting: request !== undefined }
  }

  /** A stanza from a group. True when it needs no acknowledgement of its own. */
  async take(stanza: WireNode, retryAnswers: RetryAnswers): Promise<boolean> {
    if (stanza.tag === 'message') {
      await this.#inbox.handle(stanza)
      return true
    }
    if (stanza.tag === 'receipt') await this.#receipt(stanza, retryAnswers)
    else if (stanza.tag === 'notification') this.#notification(stanza)
    return false
  }

  async #create(wish: WireNode): Promise<PhoneGroup & { readonly outcomes: readonly ParticipantOutcome[] }> {
    const node = required(await this.line.request(groupServer, 'set', wish), 'group')
    const outcomes = children(node, 'participant')
      .filter((item) => textAttr(item, 'error'))
      .map(readOutcome)
    return Object.assign(this.of(this.line.learn(node).jid), { outcomes })
  }

  async #receipt(stanza: WireNode, retryAnswers: RetryAnswers): Promise<void> {
    const group = groupOf(stanza)
    const type = textAttr(stanza, 'type') ?? 'delivery'
    if (type === 'retry') {
      await retryAnswers.answer(stanza, (to, id, count) => this.outbox.resend(to, group, id, count))
      return
    }
    const participant = jidAttr(stanza, 'participant')
    const reader = participant && this.ctx.world.device(participant)
    if (!reader) return
    const items = children(child(stanza, 'list') ?? stanza, 'item').map((item) => textAttr(item, 'id'))
    const at = this.ctx.world.clock.now()
    for (const id of [textAttr(stanza, 'id') ?? '', ...items]) {
      const entry = this.ctx.chats.find(group, true, id ?? '') ?? this.ctx.chats.find(group, false, id ?? '')
      if (entry) this.ctx.receipt(entry, { type, from: deviceName(reader), at })
    }
  }

  #notification(stanza: WireNode): void {
    if (textAttr(stanza, 'type') !== 'w:gp2') return
    const group = groupOf(stanza)
    const by = jidAttr(stanza, 'participant')
    const actor = by && this.ctx.world.account(by)
    for (const change of children(stanza)) {
      this.line.forget(group)
      const people = children(change, 'participant').map((node) => readParticipant(node).jid)
      const attrs = Object.fromEntries(Object.entries(change.attrs).filter(([, value]) => typeof value === 'string'))
      this.ctx.note('phone.group', { group, change: change.tag, by: actor?.phone, people, ...attrs })
    }
  }
}

function groupOf(stanza: WireNode): string {
  const jid = jidAttr(stanza, 'from')
  return jid ? formatJid(jid) : ''
}

function bareCode(code: string): string {
  return code.replace(/^https:\/\/chat\.whatsapp\.com\//, '')
}

function settingNodes(wish: NewPhoneGroup): WireNode[] {
  const nodes: WireNode[] = []
  if (wish.announcement) nodes.push({ tag: 'announcement', attrs: {} })
  if (wish.locked) nodes.push({ tag: 'locked', attrs: {} })
  if (wish.ephemeralSeconds) nodes.push({ tag: 'ephemeral', attrs: { expiration: String(wish.ephemeralSeconds) } })
  if (wish.history) nodes.push({ tag: 'group_history', attrs: {} })
  if (wish.memberAdd) nodes.push({ tag: 'member_add_mode', attrs: {}, content: Buffer.from(wish.memberAdd) })
  if (wish.joinApproval) {
    const join: WireNode = { tag: 'group_join', attrs: { state: 'on' } }
    nodes.push({ tag: 'membership_approval_mode', attrs: {}, content: [join] })
  }
  if (wish.parent) nodes.push({ tag: 'linked_parent', attrs: { jid: asGroup(wish.parent) } })
  return nodes
}
