import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { GivenInstant } from '../../schemas/given-instant.ts'
import { PauseView, pauseView } from '../../schemas/pause.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/safety/pause',
  auth: 'device',
  summary: 'Let nothing of the device leave',
  description:
    'Messages and statuses are still taken, and wait with the reason `paused`, as does what is queued; groups are not made, and nobody is added to one. Reactions, edits, deletions and votes still leave. A device that is paused may be paused again with another end.',
  body: z.object({
    until: GivenInstant.optional().describe(
      'When the pause ends by itself; without it, `POST /devices/me/safety/resume` ends it',
    ),
  }),
  response: PauseView,
  async run({ governor, clock, principal: { deviceId } }, { body: { until = null } }) {
    if (until !== null && until <= clock.now()) throw refusedField('body.until', 'has passed')
    return pauseView(await governor.pauses.pause(deviceId, { reason: 'requested', until }))
  },
})
