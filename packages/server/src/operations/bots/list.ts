import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { Bot } from '../../schemas/bot.ts'

export default defineOperation({
  method: 'GET',
  path: '/bots',
  auth: 'device',
  summary: 'The assistants that WhatsApp offers to the account',
  needs: { business: ability('business') },
  response: z.object({ bots: z.array(Bot) }),
  async run({ business }) {
    const bots = await business.bots()
    return { bots: bots.map(({ jid, personaId }) => ({ jid, persona_id: personaId })) }
  },
})
