import { parseJid, serverJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, textAttr } from '../../wire/node-access.ts'
import { mexData, mexQuery } from '../mex-query.ts'
import type { PhoneContext } from '../phone-context.ts'

/** The server said no. */
export class ChannelRefused extends Error {
  readonly code: number

  constructor(code: number, what: string) {
    super(`${what} was refused with ${code}`)
    this.name = 'ChannelRefused'
    this.code = code
  }
}

/** Query ids as phones use them here: those of one client family, any would do (server/mex/registry.ts). */
const queryIds = {
  create: '25149874324715067',
  fetch: '27456920720571478',
  subscribed: '25399611239711790',
  follow: '24404358912487870',
  unfollow: '9767147403369991',
  mute: '29766401636284406',
  unmute: '9864994326891137',
  update: '24250201037901610',
  delete: '30062808666639665',
  adminInfo: '26278439461859188',
  changeOwner: '9546742745432473',
  demote: '9880997548630971',
  pendingInvites: '9783111038412085',
  createInvite: '9387141988078609',
  acceptInvite: '9580828702035549',
  revokeInvite: '9656078347839416',
  followers: '27472091235714801',
  reactionSenders: '29575462448733991',
} as const

/** A phone's requests about channels. */
export class ChannelLine {
  readonly ctx: PhoneContext
  #nextRequest = 1

  constructor(ctx: PhoneContext) {
    this.ctx = ctx
  }

  /** One GraphQL query. @returns the one field of its data @throws ChannelRefused */
  async query<T>(operation: keyof typeof queryIds, variables: object): Promise<T> {
    const answer = await this.request(serverJid, 'get', 'w:mex', mexQuery(queryIds[operation], variables))
    return mexData<T>(answer, (code) => new ChannelRefused(code, operation))
  }

  /** @throws ChannelRefused */
  async request(to: Jid, type: 'get' | 'set', xmlns: string, content: WireNode): Promise<WireNode> {
    const id = `channel-${this.#nextRequest++}`
    const answer = await this.ctx.submit({ tag: 'iq', attrs: { id, type, xmlns, to }, content: [content] })
    if (answer && textAttr(answer, 'type') === 'result') return answer
    throw new ChannelRefused(Number(textAttr(child(answer, 'error'), 'code') ?? 0), content.tag)
  }

  /** A message or receipt, which the server acknowledges. @throws ChannelRefused */
  async send(stanza: WireNode): Promise<WireNode> {
    const answer = await this.ctx.submit(stanza)
    const error = textAttr(answer, 'error')
    if (answer && !error) return answer
    throw new ChannelRefused(Number(error ?? 0), stanza.tag)
  }
}

/** @throws Error for anything but a channel's JID */
export function asChannel(jid: string): Jid {
  const parsed = parseJid(jid)
  if (parsed?.server !== 'newsletter' || parsed.user === '') throw new Error(`${jid} is not a channel`)
  return parsed
}
