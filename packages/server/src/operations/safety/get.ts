import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { PauseView, pauseView } from '../../schemas/pause.ts'
import { HeldReason } from '../../schemas/sent-message.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/safety',
  auth: 'device',
  summary: 'What keeps the device from sending now',
  response: z.object({
    paused: PauseView.nullable(),
    held: z
      .array(z.object({ reason: HeldReason, messages: z.int() }))
      .describe('How many messages wait although nobody asked for that; `GET /messages` lists them'),
  }),
  async run({ governor, principal: { deviceId } }) {
    const pause = governor.pauses.of(deviceId)
    const held = await governor.held.counts(deviceId)
    return {
      paused: pause ? pauseView(pause) : null,
      held: [...held].map(([reason, messages]) => ({ reason, messages })),
    }
  },
})
