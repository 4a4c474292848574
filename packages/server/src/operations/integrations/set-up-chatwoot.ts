import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ChatwootBridge, ChatwootOptions, ChatwootToken, ChatwootUrl } from '../../schemas/chatwoot.ts'
import { words } from '../../schemas/text.ts'
import { bridgeView, givenOptions } from './chatwoot-view.ts'

export default defineOperation({
  method: 'POST',
  path: '/integrations/chatwoot',
  auth: 'device',
  summary: 'Connect the device to an inbox of Chatwoot',
  description:
    'Checks the access token, makes an API inbox (or takes the one that is named), and tells it where to send what agents write. What happens from now on is carried over in both directions. A second call replaces the bridge; messages stay linked when it leads to the same inbox.',
  body: z.object({
    url: ChatwootUrl.meta({ examples: ['https://chatwoot.example.com'] }),
    account_id: z
      .int()
      .min(1)
      .describe('Number of the account, from the address of the dashboard: `/app/accounts/1/…`'),
    api_access_token: ChatwootToken,
    inbox_id: z.int().min(1).optional().describe('An API inbox that is there').meta({ examples: [] }),
    inbox_name: words(255)
      .default('WhatsApp')
      .describe('Without `inbox_id`: the API inbox of this name, which is made when there is none'),
    gateway_url: words(2048)
      .optional()
      .describe(
        'Address of this API as Chatwoot reaches it, when that is neither SWITCHBOARD_PUBLIC_URL nor the address of this request',
      )
      .meta({ examples: ['http://switchboard:7001'] }),
    options: ChatwootOptions.partial().optional(),
  }),
  response: ChatwootBridge,
  status: 201,
  message: 'Bridge set up',
  errors: ['invalid_webhook_url', 'chatwoot_refused', 'chatwoot_unreachable', 'chatwoot_inbox_taken'],
  async run({ chatwoot, principal, config, baseUrl }, { body }) {
    const { url, account_id: accountId, api_access_token: token, inbox_id: id, inbox_name: name, options = {} } = body
    const gatewayUrl = (body.gateway_url ?? config.http.publicUrl ?? baseUrl).replace(/\/+$/, '')
    if (!/^https?:$/.test(URL.parse(gatewayUrl)?.protocol ?? '')) {
      throw refusedField('body.gateway_url', 'is no address of http or https')
    }
    const inbox = id === undefined ? { name } : { id }
    const given = { url, accountId, token, inbox, gatewayUrl, options: givenOptions(options) }
    return bridgeView(await chatwoot.setUp(principal.deviceId, given))
  },
})
