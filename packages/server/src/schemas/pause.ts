import { z } from 'zod'
import { Instant } from './instant.ts'

/** That nothing of a device leaves. */
export const PauseView = z
  .object({
    since: Instant,
    until: Instant.nullable().describe('When it ends by itself; null: with `POST /devices/me/safety/resume`'),
    reason: z.string().meta({
      description:
        '`requested`: somebody asked for it. `temporary_ban`, `refusals`, `level_watch`, `level_danger`: `auto_pause` of the device did it',
      examples: ['requested'],
    }),
  })
  .meta({ id: 'Pause' })

export const pauseView = ({ since, until, reason }: z.input<typeof PauseView>): z.input<typeof PauseView> => ({
  since,
  until,
  reason,
})
