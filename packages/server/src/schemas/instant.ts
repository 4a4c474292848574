import { z } from 'zod'

/** Unix milliseconds in our hands, RFC 3339 on the wire. */
export const Instant = z
  .int()
  .transform((ms) => new Date(ms).toISOString())
  .pipe(z.iso.datetime())
  .meta({ id: 'Instant', description: 'RFC 3339 instant in UTC.', examples: ['2026-03-01T12:00:00.000Z'] })
