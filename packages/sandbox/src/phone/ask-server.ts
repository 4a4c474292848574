import { serverJid } from '../wire/jid.ts'
import type { AttributeValue, WireNode } from '../wire/node.ts'
import { child, contentText, textAttr } from '../wire/node-access.ts'
import type { Account } from '../world/account.ts'
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

export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** A GraphQL request by its number, as clients make it. Resolves with its data. @throws Refused */
export async function askMex(
  ctx: PhoneContext,
  id: string,
  variables: object,
): Promise<Readonly<Record<string, unknown>>> {
  const content = Buffer.from(JSON.stringify({ variables }))
  const answer = await askServer(ctx, 'get', 'w:mex', [{ tag: 'query', attrs: { query_id: id }, content }])
  const { data, errors } = record(JSON.parse(contentText(child(answer, 'result')) ?? '{}'))
  const [error] = Array.isArray(errors) ? errors : []
  if (error) throw new Refused(Number(record(record(error)['extensions'])['error_code'] ?? 0), `mex ${id}`)
  return record(data)
}

/** A person by JID of either kind or phone number. @throws Error for somebody who is not in this world */
export function personNamed(ctx: PhoneContext, who: string): Account {
  const account = ctx.world.account(who.trim().replace(/^\+/, ''))
  if (!account) throw new NotThere(`nobody in this world is ${who}`)
  return account
}
