import { formatJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../wire/node-access.ts'
import type { Account } from '../world/account.ts'
import { accountJid, deviceName } from '../world/address.ts'
import type { AppStateBook } from './app-state/app-state-book.ts'
import type { PhoneCalls } from './calls/phone-calls.ts'
import type { PhoneChannels } from './channels/phone-channels.ts'
import type { ReceiptRecord } from './chat-log.ts'
import type { PhoneGroups } from './groups/phone-groups.ts'
import type { Inbox } from './inbox.ts'
import { answerMediaRetry } from './media/media-retry.ts'
import { notePeople } from './people/people-notices.ts'
import type { PhoneContext } from './phone-context.ts'
import type { LineEnd } from './phone-line.ts'
import { ackNode } from './phone-stanzas.ts'
import type { RetryAnswers } from './retry-answers.ts'
import type { PhoneStatus } from './status/phone-status.ts'

interface Parts {
  readonly inbox: Inbox
  readonly appState: AppStateBook
  readonly retryAnswers: RetryAnswers
  readonly groups: PhoneGroups
  readonly calls: PhoneCalls
  readonly channels: PhoneChannels
  readonly status: PhoneStatus
  stockPreKeys(): void
}

/** Sorts what the server hands over: messages, receipts, notifications, presence. Everything but messages is acknowledged here. */
export class Intake implements LineEnd {
  readonly #ctx: PhoneContext
  readonly #parts: Parts

  constructor(ctx: PhoneContext, parts: Parts) {
    this.#ctx = ctx
    this.#parts = parts
  }

  async take(stanza: WireNode): Promise<void> {
    try {
      await this.#sort(stanza)
    } catch (error) {
      const what = error instanceof Error ? error.stack : String(error)
      this.#ctx.violation('phone_fault', `${stanza.tag} ${textAttr(stanza, 'id')}: ${what}`)
    }
  }

  glance(stanza: WireNode): void {
    const from = jidAttr(stanza, 'from')
    const person = jidAttr(stanza, 'participant') ?? from
    const account = person && this.#ctx.world.account(person)
    const group = from?.server === 'g.us' ? { group: formatJid(from) } : {}
    const who = account ? formatJid(accountJid(account, 'pn')) : ''
    if (stanza.tag === 'presence') {
      this.#ctx.note('phone.presence', {
        from: who,
        state: textAttr(stanza, 'type') ?? 'available',
        last: textAttr(stanza, 'last'),
      })
    } else if (stanza.tag === 'chatstate') {
      const state = children(stanza)[0]
      this.#ctx.note('phone.typing', { ...group, from: who, state: state?.tag, media: textAttr(state, 'media') })
    }
  }

  async #sort(stanza: WireNode): Promise<void> {
    if (jidAttr(stanza, 'from')?.server === 'g.us') {
      if (await this.#parts.groups.take(stanza, this.#parts.retryAnswers)) return
    } else if (jidAttr(stanza, 'from')?.server === 'broadcast') {
      if (await this.#parts.status.take(stanza, this.#parts.retryAnswers)) return
    } else if (jidAttr(stanza, 'from')?.server === 'newsletter') this.#parts.channels.take(stanza)
    else if (stanza.tag === 'message') return this.#parts.inbox.handle(stanza)
    else await this.#fromPeople(stanza)
    await this.#ctx.submit(ackNode(stanza))
  }

  async #fromPeople(stanza: WireNode): Promise<void> {
    if (stanza.tag === 'receipt') await this.#receipt(stanza)
    else if (stanza.tag === 'notification') await this.#notification(stanza)
    else if (stanza.tag === 'call') await this.#parts.calls.take(stanza)
    else this.#ctx.note('phone.stanza', { tag: stanza.tag, what: children(stanza)[0]?.tag })
  }

  async #receipt(stanza: WireNode): Promise<void> {
    const type = textAttr(stanza, 'type') ?? 'delivery'
    if (type === 'retry') return this.#parts.retryAnswers.answer(stanza)
    if (type === 'server-error') return answerMediaRetry(this.#ctx, stanza)
    const from = jidAttr(stanza, 'from')
    const sender = from && this.#ctx.world.device(from)
    if (!sender) return
    const chat = sender.account === this.#ctx.account ? this.#chatOf(stanza) : sender.account
    const items = children(child(stanza, 'list') ?? stanza, 'item').map((item) => textAttr(item, 'id'))
    const receipt: ReceiptRecord = { type, from: deviceName(sender), at: this.#ctx.world.clock.now() }
    for (const id of [textAttr(stanza, 'id'), ...items]) if (id && chat) this.#apply(chat, id, receipt)
  }

  #chatOf(stanza: WireNode): Account | undefined {
    const recipient = jidAttr(stanza, 'recipient')
    return recipient && this.#ctx.world.account(recipient)
  }

  #apply(chat: Account, id: string, receipt: ReceiptRecord): void {
    const lid = formatJid(accountJid(chat, 'lid'))
    const entry = this.#ctx.chats.find(lid, true, id) ?? this.#ctx.chats.find(lid, false, id)
    if (entry) this.#ctx.receipt(entry, receipt)
  }

  async #notification(stanza: WireNode): Promise<void> {
    const type = textAttr(stanza, 'type')
    notePeople(this.#ctx, stanza)
    if (type === 'server_sync') {
      for (const collection of children(stanza, 'collection')) {
        await this.#parts.appState.pull(textAttr(collection, 'name') ?? '')
      }
    } else if (type === 'mex') {
      this.#parts.channels.takeChange(stanza)
    } else if (type === 'encrypt' && child(stanza, 'count')) {
      this.#parts.stockPreKeys()
    }
  }
}
