import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { shownProxyUrl } from '../../schemas/proxy-url.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/proxy',
  auth: 'device',
  summary: "The device's own proxy",
  description: 'A password in it is never shown. Blank: the device uses the proxy of the server, if it has one.',
  response: z.object({ proxy_url: z.string(), active: z.boolean() }),
  async run({ sessions, principal }) {
    const { proxyUrl } = await sessions.settings(principal.deviceId)
    return { proxy_url: proxyUrl ? shownProxyUrl(proxyUrl) : '', active: proxyUrl !== null }
  },
})
