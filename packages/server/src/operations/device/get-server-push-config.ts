import type { RawNode } from '@switchboard/engine'
import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'

interface Shown {
  tag: string
  attrs: Record<string, string>
  content: Shown[] | string | null
}

const shown = ({ tag, attrs, content }: RawNode): Shown => ({
  tag,
  attrs: { ...attrs },
  content: content instanceof Uint8Array ? Buffer.from(content).toString('base64') : (content?.map(shown) ?? null),
})

export default defineOperation({
  method: 'GET',
  path: '/devices/me/server-push-config',
  auth: 'device',
  summary: 'What WhatsApp’s servers have registered for this device',
  description: 'The stanza as WhatsApp sends it; `settings` within holds the attributes that were registered.',
  needs: { push: ability('push') },
  response: z.object({
    tag: z.string().meta({ examples: ['iq'] }),
    attrs: z.record(z.string(), z.string()).meta({ examples: [{ type: 'result' }] }),
    content: z
      .unknown()
      .describe('Stanzas of the same shape, bytes in base64, or null.')
      .meta({ examples: [[{ tag: 'settings', attrs: { platform: 'gcm' }, content: null }]] }),
  }),
  run: async ({ push }) => shown(await push.settings()),
})
