import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'
import { AboutEmoji } from '../../schemas/emoji.ts'

export default ownAct({
  method: 'POST',
  path: '/users/me/status',
  summary: 'Set the about text of the account, with an emoji and an end',
  body: z.object({
    status: z
      .string()
      .max(139)
      .meta({ description: 'Blank removes it', examples: ['At work'] }),
    emoji: AboutEmoji,
    seconds: z
      .int()
      .min(0)
      .max(31_536_000)
      .default(0)
      .meta({
        description:
          'After so long it is blank again; 0: it stays. The apps offer 1800, 3600, 7200, 14400, 28800 and 86400.',
        examples: [3600],
      }),
  }),
  run: ({ profile }, { status, emoji, seconds }) => profile.setAbout({ text: status, emoji, seconds }),
})
