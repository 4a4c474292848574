import { serverJid } from '../wire/jid.ts'
import type { AttributeValue, WireNode } from '../wire/node.ts'
import { child, textAttr } from '../wire/node-access.ts'
import type { Account } from '../world/account.ts'
import { mexData, mexQuery } from './mex-query.ts'
import { NotThere } from './not-there.ts'
import type { PhoneContext } from './phone-context.ts'

/** The server said no to a phone. */
export class Refused extends Error {
  readonly code: number

  constructor(code: number, what: string) {
    super(`${what} was refused with ${code}`)
    this.name = 'Refused'
    this.code = code
  }
}

/** A request of a phone to the server, as clients make it.
 *  @throws Refused */
export async function askServer(
  ctx: PhoneContext,
  type: 'get' | 'set',
  xmlns: string,
  content: readonly WireNode[] = [],
  attrs: Readonly<Record<string, AttributeValue>> = {},
): Promise<WireNode> {
  const id = `ask-${ctx.world.random.hex(6)}`
  const answer = await ctx.submit({ tag: 'iq', attrs: { id, type, xmlns, to: serverJid, ...attrs }, content })
  if (answer && textAttr(answer, 'type') === 'result') return answer
  throw new Refused(Number(textAttr(child(answer, 'error'), 'code') ?? 0), `${xmlns} ${content[0]?.tag ?? type}`)
}

/** A GraphQL request by its number, as clients make it. @returns the one field of its data @throws Refused */
export async function askMex<T>(ctx: PhoneContext, id: string, variables: object): Promise<T> {
  const answer = await askServer(ctx, 'get', 'w:mex', [mexQuery(id, variables)])
  return mexData<T>(answer, (code) => new Refused(code, `mex ${id}`))
}

/** A person by JID of either kind or phone number. @throws Error for somebody who is not in this world */
export function personNamed(ctx: PhoneContext, who: string): Account {
  const account = ctx.world.account(who.trim().replace(/^\+/, ''))
  if (!account) throw new NotThere(`nobody in this world is ${who}`)
  return account
}
