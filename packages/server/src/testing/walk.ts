import { existsSync } from 'node:fs'
import type { Phone } from '@switchboard/sandbox'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Operation } from '../kit/define-operation.ts'
import { isUpload, type RegisteredOperation } from '../kit/registered.ts'
import type { ApiAnswer, ApiClient } from './api-client.ts'
import { type Belongings, giveInvitation, givePicture, givePost, ringOf, settle } from './belongings.ts'
import { type CallerKind, callersOf } from './callers-of.ts'
import { type Change, callWith } from './change.ts'
import { bodySchema, describedBy, type PathValues } from './path-values.ts'
import { propose } from './propose.ts'
import { startTestGateway, type TestDevice, type TestGateway } from './start-test-gateway.ts'
import { until } from './until.ts'

type How = Change | ApiAnswer | undefined

/** How an operation comes to answer an error: what must be different from a request that succeeds, or the answer itself. Undefined: this caller never gets it. */
export type Provoke = (walk: Walk, entry: RegisteredOperation, as: CallerKind) => How | Promise<How>

/** WhatsApp is asked for a message to be sent, and not by a request. */
export const isSend = ({ operation }: RegisteredOperation): boolean =>
  (operation.errors?.includes('message_refused') ?? false) ||
  (operation.method !== 'GET' &&
    /^\/newsletters\/\{jid\}\/(messages\b|reaction|images|videos|documents|polls$)/.test(operation.path))

const takes = (entry: RegisteredOperation, schema: string): boolean =>
  JSON.stringify([describedBy(entry).parameters, bodySchema(entry)]).includes(`#/components/schemas/${schema}"`)

/** Sends a message. @returns its id */
const saidTo = async ({ api }: TestDevice, chat: string): Promise<string> =>
  (await api.post<{ message_id: string }>(`/chats/${chat}/messages`, { text: 'first' })).message_id

/** A code with which WhatsApp refuses messages alone. */
export const refusedMessage = 463
/** Asks in a poll. @returns its id */
const askedIn = async ({ api }: TestDevice, chat: string): Promise<string> => {
  const poll = { question: 'Of the walk?', options: ['Pizza', 'Salad'] }
  return (await api.post<{ message_id: string }>(`/chats/${chat}/polls`, poll)).message_id
}

/** Invites to an event. @returns its id */
const invitedTo = async ({ api }: TestDevice, chat: string): Promise<string> => {
  const event = { name: 'Of the walk', starts_at: '2030-01-31T09:00:00Z' }
  return (await api.post<{ message_id: string }>(`/chats/${chat}/events`, event)).message_id
}

/** Everything that it takes to get errors out of operations: a tenant with one of everything, and devices in each unhappy state. */
export class Walk {
  readonly gateway: TestGateway
  /** Without a world: nothing can be reached from here. It is where limits are used up. */
  readonly cutOff: TestGateway
  readonly mine: Belongings
  /** Devices that sent a message, and then lost their connection or their link. */
  readonly offline: Change
  readonly unlinked: Change
  readonly unreachable: ApiClient
  /** Values for the request at hand: with a message of the device that nothing was done to yet. */
  #values: PathValues

  private constructor(
    gateways: { gateway: TestGateway; cutOff: TestGateway },
    mine: Belongings,
    unhappy: { offline: Change; unlinked: Change; unreachable: ApiClient },
  ) {
    this.gateway = gateways.gateway
    this.cutOff = gateways.cutOff
    this.mine = mine
    this.#values = mine.values
    this.offline = unhappy.offline
    this.unlinked = unhappy.unlinked
    this.unreachable = unhappy.unreachable
  }

  static async start(): Promise<Walk> {
    const limits = { WEBHOOK_MAX_PER_DEVICE: '1', SWITCHBOARD_PAIRINGS_PER_KEY: '2' }
    const kinds = ['IMAGE', 'VIDEO', 'AUDIO', 'STICKER', 'DOCUMENT']
    const files = Object.fromEntries(kinds.map((kind) => [`SWITCHBOARD_MEDIA_MAX_${kind}`, '64K']))
    const environment = { HTTP_BODY_LIMIT_SIZE: '2K', SWITCHBOARD_FFMPEG: 'off', ...files, ...limits }
    const gateway = await startTestGateway({ sandbox: true, environment })
    const cutOff = await startTestGateway({ environment: { HTTP_CORS_ORIGIN: 'https://app.example' } })
    const mine = await settle(gateway)
    /** Sends a message and gets a file: what they are called are values of paths. */
    const say = async (device: TestDevice & { readonly phone: Phone }) => {
      const id = await saidTo(device, mine.friend.id)
      const poll = await askedIn(device, mine.friend.id)
      const event = await invitedTo(device, mine.friend.id)
      const invitation = await giveInvitation(mine.friend, device.phone, device.api)
      const picture = await givePicture(mine.friend, device.phone, device.api)
      const post = await givePost(mine.friend, device.api)
      const person = gateway.admin.with({ 'x-device-id': device.id })
      const approval = await propose({ api: device.api, person }, mine.friend.id)
      return {
        ApprovalId: approval,
        MessageId: id,
        OwnMessageId: id,
        PollId: poll,
        EventMessageId: event,
        EventInvitationId: invitation,
        post_id: post,
        ...picture,
      }
    }
    const [away, gone] = [await gateway.linkDevice(), await gateway.linkDevice()]
    const offline = { api: away.api, path: await say(away) }
    gateway.sandbox!.disconnect(gateway.services.sessions.account(away.id)!.jid, 403)
    await until('it is offline', () => gateway.services.sessions.status(away.id).state.name === 'blocked')
    const unlinked = { api: gone.api, path: await say(gone) }
    await gone.api.delete('/devices/me/session')
    const unreachable = (await cutOff.createDevice()).api
    return new Walk({ gateway, cutOff }, mine, { offline, unlinked, unreachable })
  }

  async stop(): Promise<void> {
    await this.gateway.stop()
    await this.cutOff.stop()
  }

  /** The linked device as the world knows it. */
  get jid(): string {
    return this.gateway.services.sessions.account(this.mine.device.id)!.jid
  }

  /** A request that would succeed, but for the change. */
  ask(entry: RegisteredOperation, change: Change = {}, as = callersOf(entry)[0]!): Promise<ApiAnswer> {
    const key = this.gateway.api.with({ 'x-api-key': this.mine.key.key })
    const { device, session } = this.mine
    const callers = { device: device.api, api_key: key, admin: this.gateway.admin, session, none: this.gateway.api }
    const values = as === 'api_key' ? this.mine.valuesOfKey : this.#values
    return callWith(callers[as], entry, values, change)
  }

  /** The request of an operation that takes a file, with this one as a form. */
  sendsFile(entry: RegisteredOperation, bytes: Uint8Array, fields: Record<string, string> = {}): Promise<ApiAnswer> {
    const { operation } = entry
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    const field = isUpload(operation) ? operation.upload.field : 'file'
    form.append(field, new Blob([new Uint8Array(bytes)]), 'of-the-walk.bin')
    return this.mine.device.api.call('POST', this.#values.path(entry), form)
  }

  /** The device sends its friend a message. @returns its id */
  say(): Promise<string> {
    return saidTo(this.mine.device, this.mine.friend.id)
  }

  /** The friend calls. @returns the id of the call, once the device knows it */
  readonly ring = (): Promise<string> => ringOf(this.gateway, this.mine)

  /** The device asks its friend in a poll. @returns its id */
  askPoll(): Promise<string> {
    return askedIn(this.mine.device, this.mine.friend.id)
  }

  /** WhatsApp answers the next request of the device, or its next message, with this code. */
  async whatsAppAnswers(entry: RegisteredOperation, code: number): Promise<Change> {
    const { device } = this.mine
    // Only a change is told to WhatsApp.
    if (entry.operation.path === '/devices/me/passive') await device.api.post('/devices/me/passive', { passive: false })
    // The timer of a group is a request; that of a chat of two is a message, which has a refusal of its own.
    const ofGroup = entry.operation.path === '/chats/{chat_jid}/disappearing-timer' && code !== refusedMessage
    const tag = entry.operation.path === '/calls/reject' ? 'call' : isSend(entry) && !ofGroup ? 'message' : 'iq'
    this.gateway.sandbox!.fault.next(this.jid, tag, { nack: code })
    if (ofGroup) return { path: { chat_jid: this.mine.values.known('GroupAddress') } }
    // A chat is read by receipts, which nobody answers; a mark that says it is unread is a request.
    return entry.operation.path === '/chats/{chat_jid}/mark-read' ? { body: { read: false } } : {}
  }

  /** Gets an error out of an operation; undefined where this caller never gets it. @throws when nobody said how */
  async provoke(entry: RegisteredOperation, code: ErrorCode, as: CallerKind): Promise<ApiAnswer | undefined> {
    if (takes(entry, 'OwnMessageId')) this.#values = this.mine.values.with({ OwnMessageId: await this.say() })
    if (takes(entry, 'CallId')) this.#values = this.mine.values.with({ CallId: await this.ring() })
    if (takes(entry, 'PollId')) this.#values = this.mine.values.with({ PollId: await this.askPoll() })
    for (let tries = 1; ; tries++) {
      const how = await this.#how(entry, code, as)
      if (!how) return undefined
      const answer = 'status' in how ? how : await this.ask(entry, how, as)
      // A request that the session makes by itself, such as its sign of life, may have got what was meant for this one.
      if (answer.status >= 300 || tries === 3) return answer
    }
  }

  async #how(entry: RegisteredOperation, code: ErrorCode, as: CallerKind): Promise<How> {
    const file = new URL(`./provoke/${code.replaceAll('_', '-')}.ts`, import.meta.url)
    if (existsSync(file)) {
      const { default: provoke } = (await import(file.href)) as { default: Provoke }
      return provoke(this, entry, as)
    }
    // A refusal in the table of the domain is what WhatsApp answers with its code.
    const { refusals = {} } = entry.operation as Operation
    const remote = Object.entries(refusals).find(([, meant]) => meant === code)?.[0]
    if (remote !== undefined) return this.whatsAppAnswers(entry, Number(remote))
    throw new Error(`say in ${file.pathname.replace(/.*src/, '')} how ${entry.id} comes to answer ${code}`)
  }
}
