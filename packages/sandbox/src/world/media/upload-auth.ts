import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Account, Device } from '../account.ts'

/** What signs and checks tokens. */
interface Signer {
  readonly keys: { readonly noiseRoot: { readonly privateKey: Uint8Array } }
  seconds(): number
  account(who: string): Account | undefined
}

/** How long an upload token is good, seconds. */
export const uploadAuthSeconds = 6 * 60 * 60

/** What a device shows when it uploads or deletes: names the device and when the token ends, signed by the world. */
export function issueUploadAuth(world: Signer, device: Device): string {
  const claim = `${device.account.lid}.${device.id}.${world.seconds() + uploadAuthSeconds}`
  return `${claim}.${sign(world, claim)}`
}

/** The device that a token was issued to; undefined when it is forged, has ended, or the device is gone. */
export function checkUploadAuth(world: Signer, token: string): Device | undefined {
  const cut = token.lastIndexOf('.')
  const claim = token.slice(0, Math.max(0, cut))
  const given = Buffer.from(token.slice(cut + 1))
  const wanted = Buffer.from(sign(world, claim))
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined
  const [lid = '', id = '', end = ''] = claim.split('.')
  if (Number(end) <= world.seconds()) return undefined
  return world.account(`${lid}@lid`)?.devices.get(Number(id))
}

function sign(world: Signer, claim: string): string {
  return createHmac('sha256', mediaSecret(world.keys)).update(claim).digest('base64url')
}

/** Signs what the media host hands out. Derived from the world's keys, so that it outlives the process with them. */
export function mediaSecret(keys: Signer['keys']): Uint8Array {
  return new Uint8Array(createHmac('sha256', keys.noiseRoot.privateKey).update('media host').digest())
}
