import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { BotProfile } from '../../schemas/bot.ts'

export default defineOperation({
  method: 'GET',
  path: '/bots/profiles',
  auth: 'device',
  summary: 'What the assistants of WhatsApp say of themselves',
  needs: { business: ability('business') },
  response: z.object({ profiles: z.array(BotProfile) }),
  async run({ business }) {
    const profiles = await business.botProfiles(await business.bots())
    return {
      profiles: profiles.map(({ personaId, isDefault, commandsDescription, commands, prompts, ...bot }) => ({
        ...bot,
        persona_id: personaId,
        is_default: isDefault,
        commands_description: commandsDescription,
        commands: commands.map((each) => ({ ...each })),
        prompts: prompts.map((each) => ({ ...each })),
      })),
    }
  },
})
