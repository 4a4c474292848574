import { z } from 'zod'

/** Any text counts: whoever opens half an address sees a page too, that of a link that has ended. */
export const PairingPath = z.object({
  link_token: z
    .string()
    .max(500)
    .meta({
      description: 'Secret of the link: who has it can link the device',
      examples: ['Zk3v0Q1yJm5b8Xr2T7uW4nPqLsKdHfGaEcBiRoVxYzM'],
    }),
})
