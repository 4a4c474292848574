import { z } from 'zod'

/** RFC 3339, when there is one. */
export const instant = z.iso.datetime().optional()
export const flag = (description: string) => z.boolean().optional().describe(description)

/** The value of {@link instant}. */
export const at = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString()
