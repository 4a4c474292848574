/** What an authenticator is to sign so that the account can be linked: what `navigator.credentials.get` takes, with bytes as bytes. */
export interface PasskeyOptions {
  readonly challenge: Uint8Array
  /** Whom the passkey is for: `whatsapp.com`. Browsers let only pages of that host ask for it. */
  readonly rpId: string
  /** Credentials of which one must sign; empty: any of the account's. */
  readonly allowCredentials: readonly { readonly id: Uint8Array; readonly transports?: readonly string[] }[]
  readonly userVerification: string
  /** As WhatsApp wrote them; a browser takes those that it knows. */
  readonly extensions: Readonly<Record<string, unknown>>
}

/** WhatsApp links only for somebody who has the account's passkey. */
export interface PasskeyRequest {
  readonly options: PasskeyOptions
  /** Until when it counts, Unix ms. */
  readonly expiresAt: number
}

/** What the authenticator answered. */
export interface PasskeyAssertion {
  readonly credentialId: Uint8Array
  readonly clientDataJson: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly signature: Uint8Array
  readonly userHandle?: Uint8Array
}
