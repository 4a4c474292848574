import { formatJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { type Addressing, accountJid, deviceName } from '../../world/address.ts'
import { personNamed, Refused } from '../ask-server.ts'
import type { DirectOutbox } from '../direct-outbox.ts'
import { NotThere } from '../not-there.ts'
import type { PhoneContext } from '../phone-context.ts'
import { opensCallKey, sealedCallKeys } from './call-keys.ts'

/** A call as this phone shows it. */
export interface PhoneCall {
  readonly id: string
  readonly outgoing: boolean
  /** JID (by number) of the other person, or of the group that is called together. */
  readonly with: string
  readonly media: 'audio' | 'video'
  /** World time, ms. */
  readonly at: number
  /** `noticed`: the notice came after the call, or the call was silenced; it never rang. */
  state: 'ringing' | 'noticed' | 'accepted' | 'rejected' | 'ended'
  /** Why it ended. */
  reason?: string
}

export interface CallWish {
  readonly video?: boolean
  readonly addressing?: Addressing
}

/** Calls of a phone: it calls, rings, answers and hangs up. No sound travels. Each step is an event `phone.call` of the phone that sees it. */
export class PhoneCalls {
  readonly #ctx: PhoneContext
  readonly #outbox: DirectOutbox
  readonly #calls = new Map<string, PhoneCall>()

  constructor(ctx: PhoneContext, outbox: DirectOutbox) {
    this.#ctx = ctx
    this.#outbox = outbox
  }

  /** Oldest first. */
  list(): PhoneCall[] {
    return [...this.#calls.values()]
  }

  /** @throws Error for a call that this phone does not know */
  of(id: string): PhoneCall {
    const call = this.#calls.get(id)
    if (!call) throw new NotThere(`there is no call ${id}`)
    return call
  }

  /** Calls a person (JID of either kind or phone number), or a group by its JID.
   *  @throws Refused */
  async offer(who: string, { video = false, addressing = 'lid' }: CallWish = {}): Promise<PhoneCall> {
    const id = this.#ctx.world.random.hex(16)
    const media = video ? 'video' : 'audio'
    const isGroup = who.endsWith('@g.us')
    const account = isGroup ? undefined : personNamed(this.#ctx, who)
    const content: WireNode[] = [{ tag: 'audio', attrs: { enc: 'opus', rate: '16000' } }]
    if (video)
      content.push({ tag: 'video', attrs: { enc: 'vp8', dec: 'vp8', screen_width: '1080', screen_height: '1920' } })
    const call: PhoneCall = {
      ...{ id, outgoing: true, media, at: this.#ctx.world.clock.now(), state: 'ringing' },
      with: account ? formatJid(accountJid(account, 'pn')) : who,
    }
    const to = account ? accountJid(account, addressing) : { user: who.replace(/@.*$/, ''), server: 'g.us' as const }
    content.push(...(await sealedCallKeys(this.#outbox, this.#devicesOf(account, who), addressing)))
    this.#calls.set(id, call)
    await this.#send(to, { tag: 'offer', attrs: { 'call-id': id }, content })
    return call
  }

  /** Takes a call. @throws Refused, and Error for a call that does not ring here */
  async accept(id: string): Promise<void> {
    await this.#answer(id, 'accept')
    this.of(id).state = 'accepted'
  }

  async reject(id: string): Promise<void> {
    await this.#answer(id, 'reject')
    this.of(id).state = 'rejected'
  }

  /** Hangs up, or gives up calling. */
  async terminate(id: string, reason = 'hangup'): Promise<void> {
    const call = this.of(id)
    await this.#step(call, 'terminate', { reason })
    call.state = 'ended'
    call.reason = reason
  }

  /** Tells the other side how to reach this phone. The bytes mean nothing here. */
  async transport(id: string): Promise<void> {
    await this.#step(this.of(id), 'transport', { 'transport-message-type': '1' })
  }

  /** Tells the other side how far the relay is. */
  async relayLatency(id: string, latencyMs: number): Promise<void> {
    await this.#step(this.of(id), 'relaylatency', { latency: String(latencyMs) })
  }

  /** Sends the other side a step that this sandbox gives no meaning: clients must bear what they do not know. */
  async signal(id: string, tag: string, attrs: Record<string, string> = {}): Promise<void> {
    await this.#step(this.of(id), tag, attrs)
  }

  /** Takes in a step that the server hands over. */
  async take(stanza: WireNode): Promise<void> {
    const step = children(stanza)[0]
    const id = textAttr(step, 'call-id')
    const from = jidAttr(stanza, 'from')
    const device = from && this.#ctx.world.device(from)
    if (!step || !id || !device) return
    const call = this.#calls.get(id) ?? this.#incoming(id, step, stanza)
    this.#apply(call, step, device.account === this.#ctx.account)
    this.#ctx.note('phone.call', {
      ...{ id, what: step.tag, from: deviceName(device), with: call.with, media: call.media, state: call.state },
      reason: textAttr(step, 'reason'),
      latency: textAttr(step, 'latency'),
      ...(step.tag === 'offer' ? { sealed: opensCallKey(this.#ctx, device, step) } : {}),
    })
    // A phone that rings says so at once.
    if (step.tag === 'offer') await this.#step(call, 'preaccept')
  }

  #incoming(id: string, step: WireNode, stanza: WireNode): PhoneCall {
    const creator = jidAttr(step, 'call-creator') ?? jidAttr(stanza, 'from')
    const group = jidAttr(step, 'group-jid')
    const account = creator && this.#ctx.world.account(creator)
    const video = child(step, 'video') !== undefined || textAttr(step, 'media') === 'video'
    const call: PhoneCall = {
      ...{ id, outgoing: false, media: video ? 'video' : 'audio', at: this.#ctx.world.clock.now() },
      with: group ? formatJid(group) : account ? formatJid(accountJid(account, 'pn')) : '',
      state: step.tag === 'offer' ? 'ringing' : 'noticed',
    }
    this.#calls.set(id, call)
    return call
  }

  #apply(call: PhoneCall, step: WireNode, own: boolean): void {
    if (step.tag === 'accept' && !own) call.state = 'accepted'
    if (step.tag === 'reject' && !own && !call.with.endsWith('@g.us')) call.state = 'rejected'
    if (step.tag !== 'terminate') return
    call.state = 'ended'
    const reason = textAttr(step, 'reason')
    if (reason !== undefined) call.reason = reason
  }

  /** Every device of a person, or of all others in a group. */
  #devicesOf(account: Account | undefined, jid: string): Device[] {
    const { world, account: own } = this.#ctx
    if (account) return [...account.devices.values()]
    const group = world.groups.get({ user: jid.replace(/@.*$/, ''), server: 'g.us' })
    const lids = group ? [...group.participants.keys()] : []
    const others = lids.flatMap((lid) => world.account(`${lid}@lid`) ?? []).filter((member) => member !== own)
    return others.flatMap((member) => [...member.devices.values()])
  }

  async #answer(id: string, what: 'accept' | 'reject'): Promise<void> {
    const call = this.of(id)
    if (call.outgoing || call.state !== 'ringing') throw new Error(`call ${id} does not ring here`)
    await this.#step(call, what)
  }

  async #step(call: PhoneCall, tag: string, attrs: Record<string, string> = {}): Promise<void> {
    // The server knows who is in a call: any member's address will do.
    const to = accountJid(this.#ctx.world.account(call.with) ?? this.#ctx.account, 'lid')
    await this.#send(to, { tag, attrs: { 'call-id': call.id, ...attrs } })
  }

  async #send(to: ReturnType<typeof accountJid>, step: WireNode): Promise<void> {
    const id = this.#ctx.world.random.hex(8)
    const answer = await this.#ctx.submit({ tag: 'call', attrs: { id, to }, content: [step] })
    const error = textAttr(answer, 'error')
    if (error) throw new Refused(Number(error), `call ${step.tag}`)
  }
}
