import type { InboundCall } from '@switchboard/engine'
import type { SourceOf } from '../events/event-source.ts'
import { definePlanner, type Plan } from '../kit/define-planner.ts'
import { replyIdFor } from '../replies/reply-mark.ts'
import { outdated } from '../sessions/plan-outdated.ts'
import { type CallRow, type CallState, CallStore } from '../storage/call-store.ts'
import { DueSendStore } from '../storage/due-send-store.ts'

/** How long a phone rings (seen in: callers give up after about a minute). What waited longer on the server rings nowhere any more. */
const ringMs = 60_000

/** Nobody took or refused it so far. */
const open: readonly CallState[] = ['ringing', 'noticed', 'to_reject']

/** It ended because another device of the account answered. */
const elsewhere: ReadonlySet<string> = new Set(['accepted_elsewhere', 'rejected_elsewhere'])

const toRow = (deviceId: string, item: InboundCall, state: CallState): CallRow => ({
  device_id: deviceId,
  id: item.callId,
  creator: item.creator.jid,
  creator_device: item.creatorDevice,
  group_jid: item.group?.jid ?? null,
  video: item.video === undefined ? null : item.video ? 1 : 0,
  is_group: item.isGroup ? 1 : 0,
  state,
  offered_at: item.at,
})

/** A later step with what its offer said. */
const filled = (item: InboundCall, row: CallRow): InboundCall => ({
  ...item,
  ...(item.video === undefined && row.video !== null ? { video: row.video === 1 } : {}),
  ...(row.is_group === 1 ? { isGroup: true } : {}),
  ...(item.group === undefined && row.group_jid !== null ? { group: { jid: row.group_jid } } : {}),
})

const missed = ({ step: _, kind: __, ...call }: InboundCall): SourceOf<'call_missed'> => ({
  ...call,
  kind: 'call_missed',
})

/** To which state a step leads from the one that is known; undefined when to none. */
function nextState({ step, reason = '' }: InboundCall, from: CallState): CallState | undefined {
  if (step === 'accept' && from !== 'ended') return 'accepted'
  if (step === 'reject' && open.includes(from)) return 'rejected'
  if (step !== 'terminate' || from === 'ended' || from === 'missed') return undefined
  return open.includes(from) && !elsewhere.has(reason) ? 'missed' : 'ended'
}

/** Follows calls from their offer to their end. */
export default definePlanner({
  kinds: ['call'],
  stores: (database) => ({ calls: new CallStore(database), sends: new DueSendStore(database) }),
  read: async ({ calls }, { deviceId }, { callId, step }) => ({
    known: await calls.find(deviceId, callId),
    settings: step === 'offer' ? await calls.settings(deviceId) : undefined,
  }),
  plan({ deviceId, now, stores: { calls, sends }, facts: { known, settings } }, item): Plan {
    const { callId, step, creator } = item
    const isOffer = step === 'offer' || step === 'offer_notice'
    if (known && isOffer) return { statements: [], told: [] }
    if (known) {
      const told = filled(item, known)
      const to = nextState(item, known.state)
      if (!to) return { statements: [], told: [told] }
      return {
        statements: [calls.move(deviceId, callId, [known.state], to, outdated)],
        told: to === 'missed' ? [told, missed(told)] : [told],
      }
    }
    // A call that began before this device was there: only its later steps raise events.
    if (!isOffer || callId === '') return { statements: [], told: [item] }
    if (item.offline && item.at < now - ringMs) {
      return { statements: [calls.add(toRow(deviceId, item, 'missed'), outdated)], told: [item, missed(item)] }
    }
    const refuses = settings?.autoReject === true && !item.offline && !item.fromMe
    const state = refuses ? 'to_reject' : step === 'offer' && !item.offline ? 'ringing' : 'noticed'
    const answer =
      refuses && settings.rejectText !== null && !item.isGroup
        ? [
            sends.add({
              ...{ device_id: deviceId, message_id: replyIdFor(deviceId, 'call', callId), chat: creator.jid },
              ...{ text: settings.rejectText, created_at: now },
            }),
          ]
        : []
    return {
      statements: [calls.add(toRow(deviceId, item, state), outdated), ...answer],
      told: [item],
      effects: refuses
        ? [{ kind: 'call_to_reject', callId }, ...(answer.length > 0 ? [{ kind: 'sends_due' } as const] : [])]
        : [],
    }
  },
})
