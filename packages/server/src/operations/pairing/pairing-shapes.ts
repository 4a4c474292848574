import { z } from 'zod'

export const PairingPath = z.object({
  token: z.string().max(100).meta({ description: 'Secret of the link: who has it can link the device' }),
})
