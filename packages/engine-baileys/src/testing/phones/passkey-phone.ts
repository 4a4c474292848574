import type { PasskeyPhone } from '@switchboard/engine/contract'
import type { Phone } from '@switchboard/sandbox'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64url')

/** The passkey of a virtual phone. */
export function passkeyPhone(phone: Phone): PasskeyPhone {
  return {
    require: (timeoutMs) => void phone.passkey.make(timeoutMs === undefined ? {} : { timeoutMs }),
    sign({ options }, flaw) {
      const { rawId, response } = phone.passkey.sign(Buffer.from(options.challenge).toString('base64url'), flaw)
      return {
        credentialId: bytes(rawId),
        clientDataJson: bytes(response.clientDataJSON),
        authenticatorData: bytes(response.authenticatorData),
        signature: bytes(response.signature),
        ...(response.userHandle && { userHandle: bytes(response.userHandle) }),
      }
    },
    scanAnother: (qr) => phone.scan(qr, 'passkey_proof'),
    shownCode: async () => String((await phone.until.event('phone.passkey_code')).data['code']),
  }
}
