import type { ChatSettings, MarkedMessage } from '@switchboard/engine'
import { z } from 'zod'
import { channelRefusals } from '../channels/refusals.ts'
import { settingRefusals } from '../chats/refusals.ts'
import { AppError } from '../errors/app-error.ts'
import type { Refusals } from '../errors/refusals.ts'
import { groupRefusals } from '../groups/refusals.ts'
import { ownRefusals, personRefusals } from '../people/refusals.ts'
import { ChatAddress } from '../schemas/chat-address.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import type { BegunAct, ProbeResult } from './act.ts'
import type { Context } from './context.ts'
import { defineOperation, type Given, type Operation, type Ran } from './define-operation.ts'
import { extended } from './extended.ts'
import { ability, channelIn, chatIn, groupIn, messageIn, type Needs, paramsOf, personIn, type Taken } from './needs.ts'

type Shape = z.ZodObject
type None = z.ZodObject<Record<never, never>>

/** An operation of a family: the preset fills in who calls, what it needs and how WhatsApp refuses it. `run` gets the body second, as most need only that. */
interface Act<
  Base extends Needs,
  Own extends Needs,
  Params extends Shape,
  Query extends Shape,
  Body extends z.ZodType,
  Response extends z.ZodType,
> extends Omit<Operation<'device', Params, Query, Body, Response>, 'auth' | 'needs' | 'act' | 'run'> {
  readonly needs?: Own
  readonly act?: {
    readonly repeatable?: true
    probe?(
      context: Context<DevicePrincipal> & Taken<Base> & Taken<Own>,
      body: Given<Body>,
      begun: BegunAct,
    ): Promise<ProbeResult<z.input<Response>>>
  }
  run(
    context: Context<DevicePrincipal> & Taken<Base> & Taken<Own>,
    body: Given<Body>,
    address: { params: Given<Params>; query: Given<Query> },
  ): Ran<Response>
}

interface Family<Base extends Needs> {
  /** What every member needs. The first parameter of the path is what it is about. */
  readonly needs: (target: string) => Base
  readonly refusals?: Refusals
  /** Finds what is meant more exactly, by what the body says. @throws AppError */
  refine?(context: Context<DevicePrincipal> & Taken<Base>, body: unknown): Promise<Partial<Taken<Base>>>
}

const family =
  <Base extends Needs>({ needs, refusals, refine }: Family<Base>) =>
  <
    Params extends Shape = None,
    Query extends Shape = None,
    Body extends z.ZodType = z.ZodUndefined,
    Response extends z.ZodType = z.ZodUndefined,
    Own extends Needs = Record<never, never>,
  >(
    given: Act<Base, Own, Params, Query, Body, Response>,
  ): Operation => {
    const act = given as unknown as Act<Needs, Needs, Shape, Shape, z.ZodType, z.ZodType>
    const { act: once } = act
    const ofBody: NonNullable<Operation<'device'>['act']> = {
      ...(once?.repeatable && { repeatable: once.repeatable }),
      ...(once?.probe && { probe: (context, { body }, begun) => once.probe!(context as never, body, begun) }),
    }
    return defineOperation({
      ...(refusals && { refusals }),
      ...act,
      ...(once && { act: ofBody }),
      auth: 'device',
      needs: { ...needs(paramsOf(act.path)[0] ?? ''), ...act.needs },
      run: async (context, { body, params, query }) => {
        const refined = await refine?.(context as never, body)
        return act.run(extended(context, refined ?? {}) as never, body, { params, query })
      },
    })
  }

/** `/groups/{group_jid}/…`: `groups`, what the session can do to groups, and `group`, the address of the one that is meant. */
export const groupAct = family({
  needs: (param) => ({ groups: ability('groups'), group: groupIn(param) }),
  refusals: groupRefusals,
})

/** `/newsletters/{jid}/…`: `channels`, what the session can do to channels, and `channel`, the address of the one that is meant. */
export const channelAct = family({
  needs: (param) => ({ channels: ability('channels'), channel: channelIn(param) }),
  refusals: channelRefusals,
})

/** `/chats/{chat_jid}/…`: `chat`, the address under which the chat is stored. What it asks of the session is its own need. */
export const chatAct = family({ needs: (param) => ({ chat: chatIn(param) }) })

/** The same for what the account's own devices share of a chat: `settings`. */
export const settingAct = family({
  needs: (param) => ({ settings: ability('chatSettings'), chat: chatIn(param) }),
  refusals: settingRefusals,
})

/** `/labels…`: `labels`, what the session can do to labels. */
export const labelAct = family({ needs: () => ({ labels: ability('labels') }), refusals: settingRefusals })

/** `/messages/{message_id}/…`: `message`, as it is stored. When the body names a chat (`chat_jid`), it is the one of that chat or none. */
export const messageAct = family({
  needs: (param) => ({ message: messageIn(param) }),
  async refine({ messages, principal, message }, body) {
    const { chat_jid: chat }: { chat_jid?: string } = body ?? {}
    if (chat === undefined) return {}
    const found = await messages.get(
      principal.deviceId,
      message.id,
      await messages.resolveChat(principal.deviceId, chat),
    )
    if (!found) throw new AppError('message_not_found')
    return { message: found.message }
  },
})

interface MarkAct<Fields extends z.ZodRawShape> {
  readonly method: 'POST'
  readonly path: string
  readonly destructive?: boolean
  readonly summary: string
  readonly description: string
  readonly fields: Fields
  run(
    context: { readonly settings: ChatSettings },
    message: MarkedMessage,
    body: Given<z.ZodObject<Fields>>,
  ): Promise<void>
}

/** Marks the message of the path for the own account alone. The body may name its chat. */
export const markAct = <Fields extends z.ZodRawShape>({ fields, run, ...named }: MarkAct<Fields>): Operation =>
  messageAct({
    ...named,
    needs: { settings: ability('chatSettings') },
    refusals: settingRefusals,
    body: z.object({ chat_jid: ChatAddress.optional().describe('Chat of the message'), ...fields }),
    errors: ['invalid_jid', 'invalid_phone'],
    async run({ settings, message }, body) {
      const { id, fromMe, chat, sender, sentAt, createdAt } = message
      const marked = { id, fromMe, chat: chat.jid, sender: sender.jid, at: sentAt ?? createdAt }
      await run({ settings }, marked, body as unknown as Given<z.ZodObject<Fields>>)
    },
  })

/** `/users/{user_jid}/…`: `person`, the address under which that person is stored. */
export const personAct = family({
  needs: (param) => ({ person: personIn(param) }),
  refusals: personRefusals,
})

/** `/users/me/…`: `profile`, the own account as others see it. */
export const ownAct = family({
  needs: () => ({ profile: ability('profile') }),
  refusals: ownRefusals,
})
