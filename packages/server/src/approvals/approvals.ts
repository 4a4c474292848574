import { randomBytes } from 'node:crypto'
import type { Engine } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import type { Messages, SendRequest, SendResult } from '../messages/messages.ts'
import type { Addresses } from '../people/addresses.ts'
import { auditStatement } from '../storage/audit-store.ts'
import type { Database, Statement } from '../storage/database.ts'
import { type Decision, type ProposalPlace, type ProposalRow, ProposalStore } from '../storage/proposal-store.ts'
import { actorOf, type DevicePrincipal } from '../tenants/principals.ts'
import type { SendPolicies, SendPolicy } from '../tenants/send-policies.ts'
import { type Approval, approvalOf, stateOf } from './approval.ts'
import { ApprovalPending } from './approval-pending.ts'

interface ApprovalParts {
  readonly database: Database
  readonly engine: Pick<Engine, 'describe' | 'newMessageId'>
  readonly messages: Messages
  readonly addresses: Addresses
  readonly policies: SendPolicies
  readonly clock: Clock
}

export interface ApprovalPage {
  readonly state?: Approval['state']
  readonly limit: number
  readonly after?: ProposalPlace
}

type Sender = Pick<DevicePrincipal, 'deviceId' | 'by'>

/** Proposals of a device that may wait at once: nobody reads more, and each may hold a file. */
const mostPending = 500

/** Thrown out of a unit: it was decided before, or has expired. */
class Decided extends Error {}

const decidedBefore = (state: string): AppError => new AppError('approval_decided', undefined, { details: { state } })

/** Sends under the policy of the credential that asks for it, and what waits for a person to agree. */
export class Approvals {
  readonly #parts: ApprovalParts
  readonly #store: ProposalStore

  constructor(parts: ApprovalParts) {
    this.#parts = parts
    this.#store = new ProposalStore(parts.database)
  }

  /** Sends, as far as the credential may.
   *  @throws ApprovalPending when a person has to agree first. @throws AppError policy_forbids for a recipient that it may not write to, approval_decided when
   *  this message was proposed before and nobody agreed; and what {@link Messages.send} throws */
  async send(sender: Sender, request: SendRequest): Promise<SendResult> {
    const policy = this.#parts.policies.of(sender.by)
    if (!policy) return this.#parts.messages.send(request)
    const meant = { ...request, chat: await this.#allowed(sender.deviceId, policy, request.chat) }
    return policy.mode === 'approve' ? this.#propose(sender, policy, meant) : this.#parts.messages.send(meant)
  }

  /** Whether the credential may do something in a chat that others see. @throws AppError policy_forbids */
  async check({ deviceId, by }: Sender, chat: string): Promise<void> {
    const policy = this.#parts.policies.of(by)
    if (policy) await this.#allowed(deviceId, policy, chat)
  }

  /** Whether what this credential sends waits for a person. */
  proposes({ by }: Pick<Sender, 'by'>): boolean {
    return this.#parts.policies.of(by)?.mode === 'approve'
  }

  /** @throws AppError approval_not_found */
  async get(deviceId: string, id: string): Promise<Approval> {
    return this.#toApproval(await this.#find(deviceId, id))
  }

  /** Of the message that it is about; undefined when nobody had to agree to it. */
  async ofMessage(deviceId: string, messageId: string): Promise<Approval | undefined> {
    const row = await this.#store.ofMessage(deviceId, messageId)
    return row && this.#toApproval(row)
  }

  /** Newest first. `next`: where the next page begins, undefined on the last. */
  async list(
    deviceId: string,
    { limit, ...page }: ApprovalPage,
  ): Promise<{ approvals: Approval[]; next?: ProposalPlace }> {
    const { addresses, engine, clock } = this.#parts
    const now = clock.now()
    const found = await this.#store.list(deviceId, { ...page, now, limit: limit + 1 })
    const rows = found.slice(0, limit)
    const both = await addresses.lookUp(
      deviceId,
      rows.map(({ chat }) => chat),
    )
    const approvals = rows.map((row) => approvalOf(row, engine, both, now))
    const last = found.length > limit ? approvals.at(-1) : undefined
    return { approvals, ...(last && { next: { createdAt: last.createdAt, id: last.id } }) }
  }

  /** Agrees: the message becomes a send in the unit that stores the decision, so that it leaves once, whatever happens.
   *  @param by as the audit names actors. @throws AppError approval_not_found | approval_decided | device_not_linked | device_not_connected | rate_limited */
  async approve(deviceId: string, id: string, by: string): Promise<Approval> {
    const { messages, clock } = this.#parts
    const row = await this.#pending(deviceId, id)
    const decision = { state: 'approved', by, at: clock.now() } as const
    const { message_id: messageId, chat, body, options, media_id: mediaId } = row
    const content = { composed: body!, options, mediaId }
    const also = this.#decided(deviceId, id, decision)
    await this.#once(deviceId, id, () => messages.send({ deviceId, chat, content, messageId, also, waitMs: 0 }))
    // Somebody else may have agreed in this moment: then the message was there already, and sending it again did nothing.
    const decided = await this.#find(deviceId, id)
    if (Number(decided.decided_at) !== decision.at) throw decidedBefore(decided.state)
    return this.#toApproval(decided)
  }

  /** Says no: nothing is sent. @throws AppError approval_not_found | approval_decided */
  async reject(deviceId: string, id: string, by: string): Promise<Approval> {
    const { database, clock } = this.#parts
    await this.#pending(deviceId, id)
    const decision = { state: 'rejected', by, at: clock.now() } as const
    const unit = this.#decided(deviceId, id, decision)
    await this.#once(deviceId, id, () => database.commit(unit, { lane: deviceId }))
    return this.get(deviceId, id)
  }

  /** Throws {@link Decided} out of the unit when it is too late. */
  #decided(deviceId: string, id: string, decision: Decision): Statement[] {
    const { state, by: actor, at } = decision
    const audit = { actor, action: `approval.${state}`, target: deviceId, detail: id, at }
    return [
      this.#store.decide(deviceId, id, decision, () => new Decided()),
      auditStatement(this.#parts.database, audit),
    ]
  }

  async #once(deviceId: string, id: string, decide: () => Promise<unknown>): Promise<void> {
    try {
      await decide()
    } catch (error) {
      if (!(error instanceof Decided)) throw error
      throw decidedBefore((await this.get(deviceId, id)).state)
    }
  }

  /** Stores a message to be sent when a person agrees, with its file. @throws ApprovalPending */
  async #propose(sender: Sender, policy: SendPolicy, request: SendRequest): Promise<SendResult> {
    const { database, engine, messages, clock } = this.#parts
    const { deviceId } = sender
    const messageId = request.messageId ?? engine.newMessageId()
    const before = await this.#store.ofMessage(deviceId, messageId)
    if (before) return this.#again(before, { ...request, messageId })
    const now = clock.now()
    if ((await this.#store.countPending(deviceId, now)) >= mostPending) {
      throw new AppError('rate_limited', `At most ${mostPending} messages of a device wait for approval at once`, {
        retryAfterSeconds: 60,
      })
    }
    const draft = await messages.compose(request)
    const row: ProposalRow = {
      ...{ id: `apr_${randomBytes(16).toString('base64url')}`, device_id: deviceId, message_id: messageId },
      ...{ holder: actorOf(sender.by), chat: draft.chat, body: draft.composed, options: draft.options },
      ...{ media_id: draft.mediaId, state: 'pending', decided_by: null, decided_at: null },
      ...{ created_at: now, expires_at: now + policy.expirySeconds * 1000 },
    }
    try {
      await database.commit([...draft.statements, this.#store.insert(row)], { lane: deviceId })
    } finally {
      await draft.release()
    }
    throw new ApprovalPending(await this.#toApproval(row))
  }

  /** The same message comes again: what became of it is the answer. */
  async #again(row: ProposalRow, request: SendRequest): Promise<SendResult> {
    const state = stateOf(row, this.#parts.clock.now())
    if (state === 'pending') throw new ApprovalPending(await this.#toApproval(row))
    if (state !== 'approved') throw decidedBefore(state)
    return this.#parts.messages.send(request)
  }

  /** The address of a chat that may be written to. Both sides are brought to one identity, so that no other way of writing an address leads past the list.
   *  @throws AppError policy_forbids */
  async #allowed(deviceId: string, { recipients }: SendPolicy, named: string): Promise<string> {
    const { messages, addresses } = this.#parts
    const chat = await messages.reachChat(deviceId, named)
    if (recipients === undefined) return chat
    const listed = await messages.reachAll(deviceId, recipients)
    const both = await addresses.lookUp(deviceId, [chat, ...listed])
    if (listed.some((jid) => both(jid).jid === both(chat).jid)) return chat
    throw new AppError('policy_forbids', 'This credential may not write to this chat: it is not among its recipients')
  }

  async #find(deviceId: string, id: string): Promise<ProposalRow> {
    const row = await this.#store.find(deviceId, id)
    if (!row) throw new AppError('approval_not_found')
    return row
  }

  async #pending(deviceId: string, id: string): Promise<ProposalRow> {
    const row = await this.#find(deviceId, id)
    const state = stateOf(row, this.#parts.clock.now())
    if (state !== 'pending') throw decidedBefore(state)
    return row
  }

  async #toApproval(row: ProposalRow): Promise<Approval> {
    const { addresses, engine, clock } = this.#parts
    const both = await addresses.lookUp(row.device_id, [row.chat])
    return approvalOf(row, engine, both, clock.now())
  }
}
