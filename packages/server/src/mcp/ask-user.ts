import type { InputRequiredResult } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import type { Approval } from '../approvals/approval.ts'
import { AppError } from '../errors/app-error.ts'
import { actorOf } from '../tenants/principals.ts'
import type { ToolContext } from './define-tool.ts'
import { type Exchange, question } from './exchange.ts'
import type { Sent } from './shapes.ts'

type SentData = z.input<typeof Sent>

/** Characters that a question shows. Of a longer text nobody could see all that they agree to. */
const mostShown = 2000

/** Whether a question can show all that is sent. */
const isShown = ({ view }: Approval): boolean =>
  view !== undefined && view.media === undefined && (view.text ?? view.emoji ?? '').length <= mostShown

/** Whether the word of the agent's program is enough for this message. */
const clientDecides = ({ tenants, principal }: ToolContext, approval: Approval): boolean =>
  tenants.sendPolicies.of(principal.by)?.clientMayApprove === true && isShown(approval)

/** What a tool answers for a message that waits for a person. */
export const pendingData = ({ id, messageId, chat, createdAt, expiresAt }: Approval): SentData => ({
  ...{ state: 'pending', approval_id: id, expires_at: new Date(expiresAt).toISOString() },
  ...{ message_id: messageId, chat_jid: chat.jid, timestamp: new Date(createdAt).toISOString() },
})

const wordsFor = (context: ToolContext, approval: Approval): string => {
  const { id, chat, view, expiresAt } = approval
  if (clientDecides(context, approval)) {
    const what =
      view?.emoji === undefined
        ? `this text: ${JSON.stringify(view?.text ?? '')}`
        : `the reaction ${view.emoji || '(none)'}`
    return `Send to ${chat.jid} ${what}`
  }
  return `A message to ${chat.jid} waits until ${new Date(expiresAt).toISOString()} for approval ${id}. A person looks at it and agrees with POST /approvals/${id}. Accept when that is done; decline to take the message back.`
}

/** Puts a question about a message that waits to the user of the agent's program. */
export const askUser = (context: ToolContext, approval: Approval): InputRequiredResult => ({
  resultType: 'input_required',
  inputRequests: {
    [question]: {
      method: 'elicitation/create',
      params: {
        mode: 'form',
        message: wordsFor(context, approval),
        requestedSchema: { type: 'object', properties: {} },
      },
    },
  },
  requestState: approval.id,
})

/** What became of a message about which the user was asked. The program may take its own proposal back, and agree to it where its policy says so; anything else
 *  a person decides by another credential. @throws AppError approval_not_found | approval_decided */
export async function settle(
  context: ToolContext,
  { approvalId, action }: NonNullable<Exchange['answered']>,
): Promise<SentData> {
  const { approvals, principal, perform } = context
  const { deviceId } = principal
  const holder = actorOf(principal.by)
  const found = await approvals.get(deviceId, approvalId)
  if (found.proposedBy !== holder) throw new AppError('approval_not_found')
  const by = `client of ${holder}`
  const isOpen = found.state === 'pending'
  if (isOpen && action === 'decline') await approvals.reject(deviceId, approvalId, by)
  if (isOpen && action === 'accept' && clientDecides(context, found)) await approvals.approve(deviceId, approvalId, by)
  const approval = await approvals.get(deviceId, approvalId)
  if (approval.state === 'pending') return pendingData(approval)
  if (approval.state !== 'approved') {
    throw new AppError('approval_decided', undefined, { details: { state: approval.state } })
  }
  const { data } = await perform('messaging.get', { params: { message_id: approval.messageId } })
  const { status, ...sent } = data as Omit<SentData, 'state'> & { readonly status: SentData['state'] }
  return { state: status, ...sent }
}
