import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { agree, encryptGcm, hkdf, type KeyPair, noSalt } from '@switchboard/signal'
import type { BinaryNode } from '../binary-node.ts'
import type { DeviceKeys } from '../device-keys.ts'
import { LinkError } from '../link-error.ts'
import { childOf, serverJid } from '../nodes/contents.ts'
import type { Stanza } from '../nodes/stanza.ts'
import { clientType } from './qr-codes.ts'

const derive = promisify(pbkdf2)
type Random = (size: number) => Uint8Array

/** Crockford's alphabet without 0, as phones take it (seen in: baileys generics.js, whatsmeow pair-code.go). */
const alphabet = '123456789ABCDEFGHJKLMNPQRSTVWXYZ'
const iterations = 131_072
const wrapped = { salt: 32, iv: 16, key: 32 }

/** A code of eight characters for a person to type. */
export const newLinkCode = (random: Random = randomBytes): string => linkCodeOf(random(5))

/** Five bytes as a person reads them. */
export function linkCodeOf(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from(
    { length: 8 },
    (_, index) => alphabet[Number.parseInt(bits.slice(index * 5, index * 5 + 5), 2)],
  ).join('')
}

export interface LinkCode {
  readonly code: string
  /** `number@s.whatsapp.net`, of the account that is to be linked */
  readonly jid: string
  /** Of this pairing alone. */
  readonly ephemeral: KeyPair
}

/**
 * The request that makes the phone ask for the code (seen in: baileys socket.js `requestPairingCode`, whatsmeow pair-code.go `PairPhone`). WhatsApp takes
 * it only from a client that calls itself a browser on a known system. @param id of the request
 */
export async function companionHello(
  { code, jid, ephemeral }: LinkCode,
  { noiseKey }: DeviceKeys,
  id: string,
  random: Random = randomBytes,
): Promise<Stanza> {
  const [salt, iv] = [random(wrapped.salt), random(wrapped.iv)]
  const cipher = createCipheriv('aes-256-ctr', await keyOf(code, salt), iv)
  const sealed = Buffer.concat([salt, iv, cipher.update(ephemeral.publicKey), cipher.final()])
  return {
    tag: 'iq',
    attrs: { to: serverJid, type: 'set', id, xmlns: 'md' },
    content: [
      {
        tag: 'link_code_companion_reg',
        attrs: { jid, stage: 'companion_hello', should_show_push_notification: 'true' },
        content: [
          { tag: 'link_code_pairing_wrapped_companion_ephemeral_pub', attrs: {}, content: sealed },
          { tag: 'companion_server_auth_key_pub', attrs: {}, content: noiseKey.publicKey },
          { tag: 'companion_platform_id', attrs: {}, content: clientType },
          { tag: 'companion_platform_display', attrs: {}, content: 'Chrome (Mac OS)' },
          { tag: 'link_code_pairing_nonce', attrs: {}, content: '0' },
        ],
      },
    ],
  }
}

/**
 * The answer to the phone's `primary_hello`, and the secret that the phone will use for what it says of the pairing (seen in: baileys messages-recv.js,
 * whatsmeow pair-code.go `handleCodePairNotification`). @throws LinkError `malformed`
 */
export async function companionFinish(
  notification: BinaryNode,
  { code, jid, ephemeral }: LinkCode,
  { identityKey }: DeviceKeys,
  id: string,
  random: Random = randomBytes,
): Promise<{ readonly request: Stanza; readonly advSecret: Uint8Array }> {
  const { ref, theirIdentity, theirEphemeral } = helloIn(notification)
  const shared = agreed(ephemeral.privateKey, await unwrap(theirEphemeral, code))
  const sharedIdentity = agreed(identityKey.privateKey, theirIdentity)
  const [secret, salt] = [random(32), random(32)]
  const key = hkdf(shared, salt, Buffer.from('link_code_pairing_key_bundle_encryption_key'), 32)
  const iv = random(12)
  const bundle = Buffer.concat([identityKey.publicKey, theirIdentity, secret])
  const sealed = Buffer.concat([salt, iv, encryptGcm(key, iv, bundle)])
  const request = {
    tag: 'iq',
    attrs: { to: serverJid, type: 'set', id, xmlns: 'md' },
    content: [
      {
        tag: 'link_code_companion_reg',
        attrs: { jid, stage: 'companion_finish' },
        content: [
          { tag: 'link_code_pairing_wrapped_key_bundle', attrs: {}, content: sealed },
          { tag: 'companion_identity_public', attrs: {}, content: identityKey.publicKey },
          { tag: 'link_code_pairing_ref', attrs: {}, content: ref },
        ],
      },
    ],
  }
  const advSecret = hkdf(Buffer.concat([shared, sharedIdentity, secret]), noSalt, Buffer.from('adv_secret'), 32)
  return { request, advSecret }
}

function helloIn(notification: BinaryNode) {
  const registration = childOf(notification, 'link_code_companion_reg')
  const bytes = (name: string): Uint8Array => {
    const found = childOf(registration, name)?.content
    if (!(found instanceof Uint8Array))
      throw new LinkError('malformed', `the phone's answer to the code has no ${name}`)
    return found
  }
  return {
    ref: bytes('link_code_pairing_ref'),
    theirIdentity: bytes('primary_identity_pub'),
    theirEphemeral: bytes('link_code_pairing_wrapped_primary_ephemeral_pub'),
  }
}

async function unwrap(sealed: Uint8Array, code: string): Promise<Uint8Array> {
  const { salt, iv, key } = wrapped
  if (sealed.length !== salt + iv + key) throw new LinkError('malformed', 'the phone sent a key of another length')
  const decipher = createDecipheriv(
    'aes-256-ctr',
    await keyOf(code, sealed.subarray(0, salt)),
    sealed.subarray(salt, salt + iv),
  )
  return decipher.update(sealed.subarray(salt + iv))
}

const keyOf = (code: string, salt: Uint8Array): Promise<Buffer> => derive(code, salt, iterations, 32, 'sha256')

function agreed(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return agree(privateKey, publicKey)
  } catch (error) {
    throw new LinkError('malformed', 'the phone sent a key on which nothing can be agreed', { cause: error })
  }
}
