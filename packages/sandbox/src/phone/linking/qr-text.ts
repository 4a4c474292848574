/** What a companion shows as its QR code. */
export interface QrText {
  readonly ref: string
  readonly noiseKey: Uint8Array
  readonly identityKey: Uint8Array
  /** Shared secret for the HMAC over the signed device identity. */
  readonly advSecret: Uint8Array
  readonly platform: string | undefined
}

const linkPrefix = 'https://wa.me/settings/linked_devices#'

/** Reads a companion's QR text: bare `ref,noise,identity,adv[,platform]`, or the same behind the linked-devices URL.
 *  Seen in: baileys socket.js (URL form), whatsmeow qrchan.go (URL form), zapo 0.3 (bare form).
 *  @throws Error when a part is missing or a key is not 32 bytes of base64 */
export function parseQrText(text: string): QrText {
  const bare = text.startsWith(linkPrefix) ? text.slice(linkPrefix.length) : text
  const [ref, noise, identity, adv, platform, ...more] = bare.trim().split(',')
  if (!ref || !noise || !identity || !adv || more.length > 0) {
    throw new Error(
      'QR text must be "ref,noise,identity,adv[,platform]", with or without the linked-devices URL before it',
    )
  }
  return {
    ref,
    noiseKey: key(noise, 'noise key'),
    identityKey: key(identity, 'identity key'),
    advSecret: key(adv, 'ADV secret'),
    platform,
  }
}

function key(base64: string, name: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
  if (bytes.length !== 32) throw new Error(`QR text: the ${name} must be 32 bytes of base64, got ${bytes.length}`)
  return bytes
}
