import { createHash } from 'node:crypto'
import { EngineError, type PasskeyAssertion, type PasskeyOptions } from '@switchboard/engine'

/** In WhatsApp's words everything that is bytes is base64url without padding (seen in: whatsmeow types/passkey.go). */
const bytesOf = (text: unknown): Uint8Array | undefined =>
  typeof text === 'string' && /^[\w-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64url') : undefined

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

type Fields = Readonly<Record<string, unknown>>

/** What a browser is to sign, and for how long that counts; undefined when it cannot be read. Whatever is not needed may be missing. */
export function readPasskeyOptions(
  json: string | undefined,
): { readonly options: PasskeyOptions; readonly timeoutMs: number | undefined } | undefined {
  const fields = parsed(json)
  const challenge = bytesOf(fields?.['challenge'])
  const rpId = fields?.['rpId']
  if (!fields || !challenge || typeof rpId !== 'string' || rpId === '') return undefined
  const { timeout, userVerification, extensions } = fields
  return {
    options: {
      challenge,
      rpId,
      allowCredentials: listOf(fields['allowCredentials']).flatMap(credentialOf),
      userVerification: typeof userVerification === 'string' ? userVerification : 'required',
      extensions: isFields(extensions) ? extensions : {},
    },
    timeoutMs: typeof timeout === 'number' && timeout > 0 ? timeout : undefined,
  }
}

/** What the browser answered, as WhatsApp reads it. */
export function assertionJson({ credentialId, userHandle, ...signed }: PasskeyAssertion): string {
  const id = base64url(credentialId)
  const response = {
    clientDataJSON: base64url(signed.clientDataJson),
    authenticatorData: base64url(signed.authenticatorData),
    signature: base64url(signed.signature),
    userHandle: userHandle ? base64url(userHandle) : null,
  }
  return JSON.stringify({ id, rawId: id, type: 'public-key', response })
}

/**
 * Holds an answer against what was asked, so that a mistake on the way costs no pairing: another challenge, one that was encoded twice, another host.
 * (Web Authentication Level 3, 7.2. The signature itself only WhatsApp can check.) @throws EngineError `invalid_argument`
 */
export function requireAnswerTo(
  options: PasskeyOptions,
  { clientDataJson, authenticatorData }: PasskeyAssertion,
): void {
  const wrong = (what: string) => new EngineError('invalid_argument', what)
  const client = parsed(Buffer.from(clientDataJson).toString())
  if (client?.['type'] !== 'webauthn.get') throw wrong('clientDataJSON is not that of an assertion')
  if (client['challenge'] !== base64url(options.challenge)) throw wrong('another challenge was signed')
  const hostHash = createHash('sha256').update(options.rpId).digest()
  if (Buffer.compare(authenticatorData.subarray(0, 32), hostHash) !== 0) throw wrong('it was signed for another host')
}

function credentialOf(value: unknown): PasskeyOptions['allowCredentials'] {
  const id = isFields(value) ? bytesOf(value['id']) : undefined
  if (!id) return []
  const transports = listOf((value as Fields)['transports']).filter((each) => typeof each === 'string')
  return [{ id, ...(transports.length > 0 && { transports }) }]
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(json: string | undefined): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '')
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}
