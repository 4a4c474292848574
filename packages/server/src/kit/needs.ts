import type { Abilities, AbilityName } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { anyRefusal } from '../errors/refusals.ts'
import type { StoredMessage } from '../messages/messages.ts'
import { ChannelAddress, ChatAddress, GroupAddress, PersonAddress } from '../schemas/chat-address.ts'
import { MessageId } from '../schemas/message-id.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import type { Context } from './context.ts'

/** Something that must be there before an operation can run: how it is found, and what its absence answers. */
export interface Need<Value = unknown> {
  /** Parameters of the path that it reads. */
  readonly params: Readonly<Record<string, z.ZodType>>
  readonly errors: readonly ErrorCode[]
  /** @param reads the operation only looks at what is stored here. @throws AppError one of `errors` */
  take(
    context: Context<DevicePrincipal>,
    params: Readonly<Record<string, string>>,
    reads: boolean,
  ): Value | Promise<Value>
}

/** Needs by the name under which `run` gets what they find. They are taken in this order. */
export type Needs = Readonly<Record<string, Need>>

/** What `run` gets of its needs. */
export type Taken<Needed extends Needs> = {
  readonly [Name in keyof Needed]: Needed[Name] extends Need<infer Value> ? Value : never
}

const notOpen = ['device_not_linked', 'device_not_connected'] as const

/** An ability of the open session that asks WhatsApp and waits for its answer. */
export const ability = <Name extends AbilityName>(name: Name): Need<Abilities[Name]> => ({
  params: {},
  errors: [...notOpen, ...anyRefusal, 'whatsapp_timeout'],
  take: ({ sessions, principal }) => sessions.require(principal.deviceId).use(name),
})

/** An ability that WhatsApp gives no answer to: typing, receipts. */
export const unansweredAbility = <Name extends AbilityName>(name: Name): Need<Abilities[Name]> => ({
  ...ability(name),
  errors: notOpen,
})

const address = (param: string, schema: z.ZodType): Need<string> => ({
  params: { [param]: schema },
  errors: ['invalid_jid', 'invalid_phone'],
  take: ({ messages, principal }, params, reads) =>
    reads
      ? messages.resolveChat(principal.deviceId, params[param]!)
      : messages.reachChat(principal.deviceId, params[param]!),
})

/** A chat of any kind, in the form under which it is stored. An operation that changes something gets the address that WhatsApp has for a number. */
export const chatIn = (param: string): Need<string> => address(param, ChatAddress)
export const personIn = (param: string): Need<string> => address(param, PersonAddress)
export const groupIn = (param: string): Need<string> => ({ ...address(param, GroupAddress), errors: ['invalid_jid'] })
export const channelIn = (param: string): Need<string> => ({
  ...address(param, ChannelAddress),
  errors: ['invalid_jid'],
})

/** A message of the device that is stored here. */
export const messageIn = (param: string): Need<StoredMessage> => ({
  params: { [param]: MessageId },
  errors: ['message_not_found'],
  async take({ messages, principal }, params) {
    const found = await messages.get(principal.deviceId, params[param]!)
    if (!found) throw new AppError('message_not_found')
    return found.message
  },
})

/** Takes everything, in order. @throws AppError the first that is not there */
export async function takeAll(
  needs: Needs,
  context: Context<DevicePrincipal>,
  params: Readonly<Record<string, string>>,
  reads: boolean,
): Promise<Record<string, unknown>> {
  const taken: Record<string, unknown> = {}
  for (const [name, need] of Object.entries(needs)) taken[name] = await need.take(context, params, reads)
  return taken
}

/** Names in a path's braces, in their order. */
export const paramsOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

/** The parameters of a path: those that its needs read and the operation's own, in the order of the path. */
export function paramsSchema(path: string, needs: Needs, own: z.ZodObject | undefined): z.ZodObject | undefined {
  const shapes = { ...Object.assign({}, ...Object.values(needs).map((need) => need.params)), ...own?.shape }
  const names = paramsOf(path)
  return names.length === 0 ? own : z.object(Object.fromEntries(names.map((name) => [name, shapes[name]!])))
}
