import { mediaKinds } from '../world/media/media-kinds.ts'
import { MediaRefusal } from './media-refusal.ts'

export interface UploadTarget {
  readonly kind: string
  /** SHA-256 of the body, base64url without padding. */
  readonly hash: string
}

/** Path and kind of an upload or deletion. `/mms/<kind>/<hash>` and `/newsletter/newsletter-<kind>/<hash>`: seen in two clients (whatsmeow upload.go, baileys
 *  MEDIA_PATH_MAP); `/wa-msgr/mms` in whatsmeow; `/product/image` and `/pps/biz-cover-photo` in baileys. */
export function readUploadPath(url: URL): UploadTarget {
  const parts = url.pathname.split('/').filter((part) => part !== '')
  const [root = '', ...rest] = parts[0] === 'wa-msgr' ? parts.slice(1) : parts
  const [name = '', token = ''] = rest
  const kind = root === 'product' ? `product-${name}` : name
  const isOfRoot = (root === 'newsletter') === kind.startsWith('newsletter-')
  if (rest.length !== 2 || !isOfRoot || !Object.hasOwn(mediaKinds, kind)) {
    throw new MediaRefusal(404, `nothing is uploaded to ${url.pathname}`)
  }
  const hash = Buffer.from(decoded(token), 'base64url')
  if (hash.length !== 32) throw new MediaRefusal(400, 'the path does not end with a SHA-256')
  return { kind, hash: hash.toString('base64url') }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
