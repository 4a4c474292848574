import { formatJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, textAttr } from '../../wire/node-access.ts'
import { Message } from '../../wire/proto/index.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { Outgoing } from '../content/compose.ts'
import { sha256 } from '../media/seal-media.ts'
import { NotThere } from '../not-there.ts'
import { channelContent, channelFile } from './channel-content.ts'
import { asChannel } from './channel-line.ts'
import { ChannelOutbox, plaintext } from './channel-outbox.ts'
import type { ChannelHome } from './channel-parts.ts'
import {
  type ChannelJson,
  type ChannelMessageView,
  type ChannelView,
  channelMessageView,
  channelView,
} from './channel-view.ts'

/** One channel, as one phone uses it. Whatever the server refuses throws ChannelRefused with its code. */
export class PhoneChannel {
  readonly jid: string
  readonly #jid: Jid
  readonly #channels: ChannelHome
  readonly #outbox: ChannelOutbox

  constructor(channels: ChannelHome, jid: string) {
    this.#channels = channels
    this.#outbox = new ChannelOutbox(channels, jid)
    this.jid = jid
    this.#jid = asChannel(jid)
  }

  /** The channel as it is now. */
  async info(): Promise<ChannelView> {
    const input = { key: this.jid, type: 'JID' }
    return channelView(await this.#query<ChannelJson>('fetch', { input, fetch_viewer_metadata: true }))
  }

  async follow(): Promise<void> {
    await this.#query('follow', { newsletter_id: this.jid })
  }

  async unfollow(): Promise<void> {
    await this.#query('unfollow', { newsletter_id: this.jid })
  }

  async mute(muted = true): Promise<void> {
    await this.#query(muted ? 'mute' : 'unmute', { newsletter_id: this.jid })
  }

  /** Writes a message of any kind that a channel can carry; while the phone is off it waits. */
  async post(what: Outgoing): Promise<ChatEntry> {
    return this.#outbox.publish(channelContent(this.#channels.ctx, this.jid, what))
  }

  /** Posts a status of the channel, which those who follow it see for a day. */
  async postStatus(what: Outgoing): Promise<ChatEntry> {
    return this.#outbox.publish(channelContent(this.#channels.ctx, this.jid, what), { status: 'true' })
  }

  /** Comments on a message, for those who run the channel. */
  async comment(on: number, text: string): Promise<ChatEntry> {
    const { id } = await this.#known(on)
    const targetMessageKey = { remoteJid: this.jid, id, fromMe: false }
    return this.#outbox.publish({ commentMessage: { message: { conversation: text }, targetMessageKey } })
  }

  /** Gives a message that this phone wrote another text. */
  async edit(serverId: number, text: string): Promise<void> {
    const { id } = await this.#known(serverId)
    await this.#outbox.send({ id, edit: '3', type: 'text' }, [plaintext(Message.encode({ conversation: text }))])
    const entry = this.#entry(serverId)
    if (entry) entry.editedText = text
  }

  async revoke(serverId: number): Promise<void> {
    const { id } = await this.#known(serverId)
    await this.#outbox.send({ id, edit: '8', type: 'text' }, [{ tag: 'plaintext', attrs: {} }])
    const entry = this.#entry(serverId)
    if (entry) entry.revoked = true
  }

  /** @param code an emoji; empty takes the reaction back */
  async react(serverId: number, code: string): Promise<void> {
    const attrs = { id: this.#channels.newId(), type: 'reaction', server_id: String(serverId) }
    const reaction: WireNode = { tag: 'reaction', attrs: code === '' ? {} : { code } }
    await this.#outbox.send(code === '' ? { ...attrs, edit: '7' } : attrs, [reaction])
  }

  /** Votes in a poll, in place of what this person voted before.
   *  @param options names of options; none takes the vote back */
  async vote(serverId: number, options: readonly string[]): Promise<void> {
    const votes = options.map((option): WireNode => ({ tag: 'vote', attrs: {}, content: sha256(Buffer.from(option)) }))
    const attrs = { id: this.#channels.newId(), type: 'poll', server_id: String(serverId) }
    const meta: WireNode = { tag: 'meta', attrs: { polltype: 'vote' } }
    await this.#outbox.send(attrs, [{ tag: 'votes', attrs: {}, content: votes }, meta])
  }

  /** Counts as having seen these messages. */
  async view(serverIds: readonly number[]): Promise<void> {
    const items = serverIds.map((id): WireNode => ({ tag: 'item', attrs: { server_id: String(id) } }))
    const list: WireNode = { tag: 'list', attrs: {}, content: items }
    const attrs = { id: this.#channels.newId(), to: this.#jid, type: 'view' }
    await this.#channels.line.send({ tag: 'receipt', attrs, content: [list] })
  }

  /** The same by the ids that authors gave them. @throws Error for a message that this phone never received */
  async viewByIds(ids: readonly string[]): Promise<void> {
    const { chats } = this.#channels.ctx
    await this.view(
      ids.map((id) => {
        const serverId = chats.find(this.jid, false, id)?.serverId
        if (serverId === undefined) throw new NotThere(`message ${id} was never received`)
        return serverId
      }),
    )
  }

  /** What the channel holds, oldest first. */
  async messages(page: { count?: number; before?: number; after?: number } = {}): Promise<ChannelMessageView[]> {
    const wish: WireNode = { tag: 'messages', attrs: { type: 'jid', jid: this.#jid, ...texts(page) } }
    const answer = await this.#channels.line.request(this.#jid, 'get', 'newsletter', wish)
    return children(child(answer, 'messages')!, 'message').map(channelMessageView)
  }

  /** Counts of messages that changed. @param page `since` in seconds */
  async updates(page: { count?: number; since?: number; after?: number } = {}): Promise<ChannelMessageView[]> {
    const wish: WireNode = { tag: 'message_updates', attrs: texts(page) }
    const answer = await this.#channels.line.request(this.#jid, 'get', 'newsletter', wish)
    return children(child(child(answer, 'message_updates'), 'messages')!, 'message').map(channelMessageView)
  }

  /** Subscribes to every count as it changes. @returns for how many seconds */
  async liveUpdates(): Promise<number> {
    const wish: WireNode = { tag: 'live_updates', attrs: {} }
    const answer = await this.#channels.line.request(this.#jid, 'set', 'newsletter', wish)
    return Number(textAttr(child(answer, 'live_updates'), 'duration'))
  }

  /** The file of a message, when it is what the message says. @throws Error when not */
  async file(serverId: number): Promise<Uint8Array> {
    const { message } = await this.#known(serverId)
    if (!message) throw new NotThere(`message ${serverId} is empty`)
    return channelFile(this.#channels.ctx, message)
  }

  async update(what: {
    name?: string
    description?: string
    /** JPEG; null takes it away. */
    picture?: Uint8Array | null
    reactions?: 'ALL' | 'BASIC' | 'NONE'
  }): Promise<void> {
    const { name, description, picture, reactions } = what
    const updates = {
      ...{ name, description },
      ...(picture === undefined ? {} : { picture: picture === null ? '' : Buffer.from(picture).toString('base64') }),
      settings: reactions === undefined ? null : { reaction_codes: { value: reactions } },
    }
    await this.#query('update', { newsletter_id: this.jid, updates })
  }

  /** Ends the channel. */
  async delete(): Promise<void> {
    await this.#query('delete', { newsletter_id: this.jid })
  }

  /** Asks a follower to help run the channel, by the server and by a message. */
  async inviteAdmin(who: string): Promise<void> {
    const account = this.#person(who)
    const made = await this.#query<{ invite_expiration_time: string }>('createInvite', this.#about(account))
    const { name } = await this.info()
    const newsletterAdminInviteMessage = {
      ...{ newsletterJid: this.jid, newsletterName: name },
      ...{ inviteExpiration: Number(made.invite_expiration_time), caption: `Help me run ${name}` },
    }
    await this.#channels.parts.sendTo(account, { newsletterAdminInviteMessage })
  }

  async revokeAdminInvite(who: string): Promise<void> {
    await this.#query('revokeInvite', this.#about(this.#person(who)))
  }

  async acceptAdminInvite(): Promise<void> {
    await this.#query('acceptInvite', { newsletter_id: this.jid })
  }

  /** JIDs of those who were asked and have not answered. */
  async pendingAdmins(): Promise<string[]> {
    type Invites = { pending_admin_invites: { user: { pn: string } }[] }
    const { pending_admin_invites: invites } = await this.#query<Invites>('pendingInvites', { newsletter_id: this.jid })
    return invites.map(({ user }) => user.pn)
  }

  async adminCount(): Promise<number> {
    return (await this.#query<{ admin_count: number }>('adminInfo', { newsletter_id: this.jid })).admin_count
  }

  async demote(who: string): Promise<void> {
    await this.#query('demote', this.#about(this.#person(who)))
  }

  /** Gives the channel to one of its admins. */
  async transferTo(who: string): Promise<void> {
    await this.#query('changeOwner', this.#about(this.#person(who)))
  }

  /** Who follows, with their roles. */
  async followers(): Promise<{ jid: string; role: string }[]> {
    type Followers = { followers: { edges: { node: { pn: string }; role: string }[] } }
    const answer = await this.#query<Followers>('followers', { input: { newsletter_id: this.jid, count: 1000 } })
    return answer.followers.edges.map(({ node, role }) => ({ jid: node.pn, role: role.toLowerCase() }))
  }

  #query<T>(operation: Parameters<ChannelHome['line']['query']>[0], variables: object): Promise<T> {
    return this.#channels.line.query<T>(operation, variables)
  }

  /** Sends what was written while the phone was off. */
  sendWaiting(entry: ChatEntry): Promise<void> {
    return this.#outbox.sendWaiting(entry)
  }

  #entry(serverId: number): ChatEntry | undefined {
    return this.#channels.ctx.chats.list(this.jid).find((entry) => entry.serverId === serverId)
  }

  /** The message as the server has it. @throws Error when it has none */
  async #known(serverId: number): Promise<ChannelMessageView> {
    const [found] = await this.messages({ after: serverId - 1, before: serverId + 1 })
    if (!found) throw new NotThere(`${this.jid} has no message ${serverId}`)
    return found
  }

  #about(account: Account): { newsletter_id: string; user_id: string } {
    return { newsletter_id: this.jid, user_id: formatJid(accountJid(account, 'lid')) }
  }

  #person(who: string): Account {
    const account = this.#channels.ctx.world.account(who.replace(/^\+/, ''))
    if (!account) throw new NotThere(`nobody in this world is ${who}`)
    return account
  }
}

function texts(numbers: Readonly<Record<string, number | undefined>>): Record<string, string> {
  const given = Object.entries(numbers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}
