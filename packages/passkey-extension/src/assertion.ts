/** PublicKeyCredentialRequestOptionsJSON, as WhatsApp wrote it: everything that is bytes is base64url. */
export interface OptionsJson {
  readonly challenge: string
  readonly rpId: string
  readonly allowCredentials?: readonly { readonly id: string; readonly transports?: readonly string[] }[]
  readonly userVerification?: string
  readonly timeout?: number
}

/** AuthenticationResponseJSON. */
export interface AssertionJson {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly response: Readonly<Record<'clientDataJSON' | 'authenticatorData' | 'signature', string>> & {
    readonly userHandle: string | null
  }
}

export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

export function textOf(bytes: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** What the browser is asked. It gets the challenge as bytes: from the text it would sign the text, encoded a second time. */
function requestOf({ challenge, rpId, allowCredentials, userVerification, timeout }: OptionsJson) {
  const transports = (list: readonly string[] | undefined) =>
    list ? { transports: [...list] as AuthenticatorTransport[] } : {}
  return {
    challenge: bytesOf(challenge),
    rpId,
    allowCredentials: (allowCredentials ?? []).map((each) => ({
      id: bytesOf(each.id),
      type: 'public-key' as const,
      ...transports(each.transports),
    })),
    userVerification: (userVerification ?? 'required') as UserVerificationRequirement,
    ...(timeout === undefined ? {} : { timeout }),
  }
}

/** Lets the person's authenticator sign. Rejects when they do not want to, or have no such passkey. */
export async function signed(options: OptionsJson): Promise<AssertionJson> {
  const credential = (await navigator.credentials.get({ publicKey: requestOf(options) })) as PublicKeyCredential
  const { clientDataJSON, authenticatorData, signature, userHandle } =
    credential.response as AuthenticatorAssertionResponse
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: textOf(clientDataJSON),
      authenticatorData: textOf(authenticatorData),
      signature: textOf(signature),
      userHandle: userHandle && textOf(userHandle),
    },
  }
}
