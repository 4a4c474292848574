import { createHash } from 'node:crypto'

/** Names the state of a list of people, whatever their order. How WhatsApp computes it no client shows: they only hand it back. */
export function listHash(lids: Iterable<string>): string {
  return createHash('sha256')
    .update([...lids].sort().join(','))
    .digest('base64url')
    .slice(0, 16)
}
