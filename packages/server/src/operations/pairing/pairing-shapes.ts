import { z } from 'zod'

export const PairingPath = z.object({
  link_token: z
    .string()
    .regex(/^[\w-]{43}$/, 'is not the secret of a link')
    .meta({
      description: 'Secret of the link: who has it can link the device',
      examples: ['Zk3v0Q1yJm5b8Xr2T7uW4nPqLsKdHfGaEcBiRoVxYzM'],
    }),
})
