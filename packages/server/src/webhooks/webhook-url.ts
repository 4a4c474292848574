import { isIP } from 'node:net'
import { AppError } from '../errors/app-error.ts'
import { isPublicAddress } from './public-address.ts'

const longest = 2048
const privateNames = /(^|\.)(localhost|local|internal|home\.arpa)$/

/** A URL that may be registered, in its normal form (which also turns decimal and hexadecimal hosts into plain addresses). Names are resolved and judged
 *  at every connection, because what they point at can change. @throws AppError invalid_webhook_url */
export function checkWebhookUrl(text: string, allowPrivateNetworks: boolean): string {
  const refuse = (why: string) => new AppError('invalid_webhook_url', why)
  if (text.length > longest) throw refuse(`A webhook URL has at most ${longest} characters`)
  const url = URL.parse(text)
  if (!url) throw refuse('This is not a URL')
  const secure = url.protocol === 'https:' || (allowPrivateNetworks && url.protocol === 'http:')
  if (!secure) throw refuse('A webhook URL starts with https://')
  if (url.username || url.password) throw refuse('A webhook URL holds no credentials; verify the signature instead')
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (!allowPrivateNetworks && (isIP(host) ? !isPublicAddress(host) : privateNames.test(host))) {
    throw refuse('The host of a webhook URL must be public')
  }
  url.hash = ''
  return url.href
}
