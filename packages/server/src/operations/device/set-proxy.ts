import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { parseProxyUrl } from '../../schemas/proxy-url.ts'
import { text } from '../../schemas/text.ts'
import { isPublicAddress } from '../../webhooks/public-address.ts'

const schemes = ['http', 'https', 'socks5', 'socks5h']

const isInside = (host: string): boolean => {
  const bare = host.replace(/^\[|\]$/g, '')
  return bare === 'localhost' || bare.endsWith('.localhost') || (ipaddr.isValid(bare) && !isPublicAddress(bare))
}

/** @throws AppError invalid_request */
const checked = (text: string, allowPrivate: boolean): string => {
  const url = parseProxyUrl(text, schemes)
  if (!url) {
    throw new AppError(
      'invalid_request',
      'proxy_url must be like socks5://user:password@host:1080, with the scheme http, https or socks5 and nothing behind the port',
    )
  }
  if (!allowPrivate && isInside(url.hostname)) {
    throw new AppError('invalid_request', 'proxy_url must not point inside the network of the server')
  }
  return url.href
}

export default defineOperation({
  method: 'POST',
  path: '/devices/me/proxy',
  auth: 'device',
  summary: "Set or clear the device's own proxy",
  description:
    'http, https or socks5, as scheme://user:password@host:port and nothing behind it. Blank clears it. A connected device reconnects at once through the new address; a proxy that does not work is a failed connection, never a direct one, and `GET /devices/me/status` says that it was the proxy.',
  body: z.object({ proxy_url: text(2048) }),
  async run({ sessions, config, principal }, { body }) {
    const proxyUrl = body.proxy_url === '' ? null : checked(body.proxy_url, config.webhooks.allowPrivateNetworks)
    await sessions.changeSettings(principal.deviceId, { proxyUrl })
    return undefined
  },
})
