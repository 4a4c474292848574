import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { holdsAt } from '../../limits/restrictions.ts'
import { safetyReasons } from '../../limits/safety-score.ts'
import { Instant } from '../../schemas/instant.ts'
import { PauseView, pauseView } from '../../schemas/pause.ts'
import { HeldReason } from '../../schemas/sent-message.ts'

const Reason = z.object({
  reason: z.enum(safetyReasons as [string, ...string[]]),
  weight: z.int().describe('What it adds to the score'),
  since: Instant,
  count: z.int().describe('How many: messages, people, days'),
})

const RestrictionView = z.object({
  kind: z
    .enum(['reachout_timelock', 'new_chat_limit', 'temporary_ban'])
    .describe(
      '`reachout_timelock`: WhatsApp lets the account write to nobody new. `new_chat_limit`: to nobody else in this cycle. `temporary_ban`: it may not connect',
    ),
  since: Instant,
  until: Instant.nullable().describe('null: WhatsApp does not say; it is asked every hour whether it still holds'),
  source: z
    .enum(['notification', 'refused_send', 'login'])
    .describe('How it was noticed. After a refused send without a word of WhatsApp about the end, `until` is a guess'),
  detail: z
    .string()
    .nullable()
    .meta({ description: 'WhatsApp’s word or number for the reason', examples: ['WEB_COMPANION_ONLY'] }),
  ended_at: Instant.nullable().describe('When WhatsApp lifted it'),
  active: z.boolean(),
})

export default defineOperation({
  method: 'GET',
  path: '/devices/me/safety',
  auth: 'device',
  summary: 'How the account is doing, and what keeps the device from sending',
  description:
    'The score sums up what speaks for trouble. It is made of what the gateway sees alone: WhatsApp says neither how it judges nor who blocked or reported the account.',
  response: z.object({
    level: z.enum(['ok', 'watch', 'danger']).describe('ok: a score below 40. watch: below 70. danger: from 70 on'),
    score: z.int().min(0).max(100),
    reasons: z.array(Reason).describe('The heaviest first'),
    restrictions: z.array(RestrictionView).describe('Those that hold, and those of the last thirty days, newest first'),
    paused: PauseView.nullable(),
    held: z
      .array(z.object({ reason: HeldReason, messages: z.int() }))
      .describe('How many messages wait although nobody asked for that; `GET /messages` lists them'),
  }),
  async run({ governor, clock, principal: { deviceId } }) {
    const { safety, pauses, held: waiting } = governor
    const [judgement, restrictions, held] = await Promise.all([
      safety.judge(deviceId),
      safety.restrictions.recent(deviceId),
      waiting.counts(deviceId),
    ])
    const pause = pauses.of(deviceId)
    return {
      ...judgement,
      reasons: [...judgement.reasons],
      restrictions: restrictions.map((each) => ({ ...each, active: holdsAt(each, clock.now()) })),
      paused: pause ? pauseView(pause) : null,
      held: [...held].map(([reason, messages]) => ({ reason, messages })),
    }
  },
})
