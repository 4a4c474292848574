import type { WebVersion } from '@switchboard/engine'
import { z } from 'zod'
import { Instant } from '../../schemas/instant.ts'
import type { CurrentWebVersion } from '../../sessions/web-version.ts'

/** The version in use and how the last look for a newer one ended. */
export const webVersionShape = {
  wa_web_version: z.object({
    array: z.array(z.int()).length(3),
    string: z.string().meta({ examples: ['2.3000.1045649367'] }),
  }),
  fixed: z.boolean().describe('The version is set by WHATSAPP_VERSION_MAJOR, …_MINOR and …_PATCH: no look changes it.'),
  last_refreshed: Instant.nullable().describe('When WhatsApp was last asked, with success or without.'),
  last_error: z.string().meta({
    description: 'Why that failed; empty when it did not.',
    examples: [''],
  }),
}

const shown = (version: WebVersion) => ({ array: [...version], string: version.join('.') })

export const webVersionView = ({ version, fixed, lastLook }: CurrentWebVersion) => ({
  wa_web_version: shown(version),
  fixed,
  last_refreshed: lastLook.at ?? null,
  last_error: lastLook.error,
})
