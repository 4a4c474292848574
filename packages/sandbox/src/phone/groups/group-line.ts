import { parseJid, serverJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, textAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import { NotThere } from '../not-there.ts'
import type { PhoneContext } from '../phone-context.ts'
import { type GroupView, readGroup } from './group-view.ts'

/** The server said no. */
export class GroupRefused extends Error {
  readonly code: number

  constructor(code: number, what: string) {
    super(`${what} was refused with ${code}`)
    this.name = 'GroupRefused'
    this.code = code
  }
}

/** The server of groups, as a JID. */
export const groupServer: Jid = { user: '', server: 'g.us' }

/** A phone's requests about groups, and what it knows about them until the server reports a change. */
export class GroupLine {
  readonly #ctx: PhoneContext
  readonly #known = new Map<string, GroupView>()
  #nextRequest = 1

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
  }

  /** @throws GroupRefused */
  async request(to: Jid, type: 'get' | 'set', content: WireNode): Promise<WireNode> {
    return this.#judged({ type, xmlns: 'w:g2', to }, [content], content.tag)
  }

  /** Sets (or, without content, removes) the picture of a group. @throws GroupRefused */
  async requestPicture(target: Jid, content: readonly WireNode[]): Promise<WireNode> {
    return this.#judged({ type: 'set', xmlns: 'w:profile:picture', to: serverJid, target }, content, 'picture')
  }

  async #judged(attrs: WireNode['attrs'], content: readonly WireNode[], what: string): Promise<WireNode> {
    const id = `group-${this.#nextRequest++}`
    const answer = await this.#ctx.submit({ tag: 'iq', attrs: { id, ...attrs }, content })
    if (answer && textAttr(answer, 'type') === 'result') return answer
    throw new GroupRefused(Number(textAttr(child(answer, 'error'), 'code') ?? 0), what)
  }

  /** The group as it is now. @throws GroupRefused */
  async view(jid: string): Promise<GroupView> {
    const known = this.#known.get(jid)
    if (known) return known
    const answer = await this.request(asGroup(jid), 'get', { tag: 'query', attrs: { request: 'interactive' } })
    return this.learn(required(answer, 'group'))
  }

  learn(node: WireNode): GroupView {
    const view = readGroup(node)
    // Without its members it is only somebody's glance at an invitation.
    if (view.participants.length > 0) this.#known.set(view.jid, view)
    return view
  }

  forget(jid: string): void {
    this.#known.delete(jid)
  }

  /** `<participant jid>` for each of those people. @throws Error for somebody who is not in this world */
  people(who: readonly string[]): WireNode[] {
    return who.map((one) => ({ tag: 'participant', attrs: { jid: accountJid(this.person(one), 'lid') } }))
  }

  person(who: string): Account {
    const account = this.#ctx.world.account(who.replace(/^\+/, ''))
    if (!account) throw new NotThere(`nobody in this world is ${who}`)
    return account
  }
}

/** @throws Error for anything but a group's JID */
export function asGroup(jid: string): Jid {
  const parsed = parseJid(jid)
  if (parsed?.server !== 'g.us' || parsed.user === '') throw new Error(`${jid} is not a group`)
  return parsed
}

export function required(node: WireNode, tag: string): WireNode {
  const found = child(node, tag)
  if (!found) throw new Error(`the server's answer has no ${tag}`)
  return found
}
