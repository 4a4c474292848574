import { z } from 'zod'

/** Fields of a place on the map, as requests name it. */
export const givenPlace = {
  latitude: z
    .number()
    .min(-90)
    .max(90)
    .meta({ examples: [52.516272] }),
  longitude: z
    .number()
    .min(-180)
    .max(180)
    .meta({ examples: [13.377722] }),
  name: z.string().max(1000).optional(),
  address: z.string().max(1000).optional(),
} as const
