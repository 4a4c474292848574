import { generateKeyPair, prefixed, verify } from '@switchboard/signal'
import { ADVSignedDeviceIdentity } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import type { PendingCompanion, PendingLinkCode } from '../../world/pairing.ts'
import type { PhoneContext } from '../phone-context.ts'
import {
  checkDeviceIdentity,
  type IdentityFlaw,
  type IssuedIdentity,
  type IssueRequest,
  issueDeviceIdentity,
  signKeyIndexList,
} from './adv-authority.ts'
import { linkCodeAdvSecret, openKeyBundle, unwrapEphemeral, wrapEphemeral } from './link-code-crypto.ts'
import { readLinkCode } from './link-code-text.ts'
import { agreeByPasskey, PasskeyFlaw } from './passkey-agreement.ts'
import { parseQrText } from './qr-text.ts'

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Code of the stream error for a companion with wrong signatures: it is logged out. */
const refused = 401

/** What can go wrong on the phone's side when a code is scanned: it knows no linked devices, signs what does not hold, or (where the account asks for a
 *  passkey) it has read another code, so that no proof of who showed it holds. */
export type ScanFlaw = 'old_phone' | 'passkey_proof' | IdentityFlaw

/** Reason for logging out a companion that accepted a wrong identity. */
const unnoticed: Readonly<Record<string, string>> = {
  hmac: 'the companion accepted an identity with a wrong HMAC',
  account_signature: 'the companion took an identity that the account did not sign',
}

/** Links companions to the account: the phone's side of QR and code pairing. */
export class Linker {
  readonly #ctx: PhoneContext

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
  }

  /** Links the companion that shows this QR code.
   *  @param flaw what goes wrong on the phone's side, on purpose
   *  @throws Error when nobody shows it, or what the companion says does not hold; with a flaw, unless the companion did not notice */
  async scan(text: string, flaw?: ScanFlaw): Promise<Device> {
    const qr = parseQrText(text)
    const companion = this.#ctx.world.pairing.claim(qr.ref)
    if (!companion) throw new Error('no companion shows this QR code (any more)')
    if (flaw === 'old_phone') {
      companion.scannedByOldPhone()
      throw new Error('a phone that knows no linked devices cannot link one')
    }
    if (!sameBytes(qr.identityKey, companion.identityKey))
      this.#fail('qr_identity', 'the QR code names another identity key')
    if (!sameBytes(qr.noiseKey, companion.noiseKey)) this.#fail('qr_noise_key', 'the QR code names another noise key')
    if (flaw === 'passkey_proof') return this.#link(companion, new Uint8Array(32), flaw)
    return this.#link(companion, qr.advSecret, flaw)
  }

  /** Links the companion that asked for a code for this phone's number. @throws Error when the code is wrong or nobody asked */
  async enterCode(typed: string): Promise<Device> {
    const code = readLinkCode(typed)
    const waiting = this.#ctx.world.pairing.awaitingCode(this.#ctx.account.phone)
    if (!waiting) throw new Error('no companion waits for a code from this phone number')
    return this.#link(waiting.companion, await this.#agreeOnSecret(waiting, code))
  }

  async #agreeOnSecret(waiting: PendingLinkCode, code: string): Promise<Uint8Array> {
    const { identity } = this.#ctx.keys
    const ephemeral = generateKeyPair()
    const companionEphemeral = unwrapEphemeral(code, waiting.wrappedCompanionEphemeral)
    const finish = await waiting.primaryHello({
      wrappedPrimaryEphemeral: wrapEphemeral(code, ephemeral.publicKey),
      primaryIdentity: identity.publicKey,
    })
    const bundle = this.#openBundle(ephemeral, companionEphemeral, finish.wrappedKeyBundle)
    if (!sameBytes(bundle.primaryIdentity, identity.publicKey))
      this.#fail('link_code', 'the key bundle is for another phone')
    if (!sameBytes(bundle.companionIdentity, finish.companionIdentity))
      this.#fail('link_code', 'two companion identities')
    if (!sameBytes(bundle.companionIdentity, waiting.companion.identityKey)) {
      this.#fail('link_code', 'the companion registered with another identity key')
    }
    return linkCodeAdvSecret(identity, ephemeral, companionEphemeral, bundle)
  }

  #openBundle(...parts: Parameters<typeof openKeyBundle>): ReturnType<typeof openKeyBundle> {
    try {
      return openKeyBundle(...parts)
    } catch {
      throw new Error('the link code is wrong')
    }
  }

  /** The secret that counts: that of the code, or the one that comes sealed after the account's passkey. */
  async #secretFor(companion: PendingCompanion, inCode: Uint8Array, isOwnFault: boolean): Promise<Uint8Array> {
    const { account } = this.#ctx
    if (!account.passkey) return inCode
    const prologue = await companion.askPasskey(account.passkey)
    try {
      return await agreeByPasskey(companion, prologue, inCode, (code) => this.#ctx.note('phone.passkey_code', { code }))
    } catch (error) {
      if (!(error instanceof PasskeyFlaw)) throw error
      companion.turnAway(refused)
      // What this phone does wrong on purpose is no fault of the companion.
      if (isOwnFault) throw new Error(error.message)
      this.#fail('passkey', error.message)
    }
  }

  async #link(companion: PendingCompanion, inCode: Uint8Array, flaw?: IdentityFlaw | 'passkey_proof'): Promise<Device> {
    const { account } = this.#ctx
    const advSecret = await this.#secretFor(companion, inCode, flaw === 'passkey_proof')
    const { signedPreKey, identityKey } = companion
    if (!verify(identityKey, prefixed(signedPreKey.publicKey), signedPreKey.signature)) {
      this.#fail('signed_prekey', 'the companion registered a signed prekey that its identity did not sign')
    }
    const keyIndex = account.nextDeviceId
    const { business } = account.person
    const issued = this.#issue({
      keyIndex,
      companionIdentity: identityKey,
      advSecret,
      ...(flaw && flaw !== 'passkey_proof' && { flaw }),
    })
    const answer = await companion.complete(account, {
      keyIndex,
      signedIdentityHmac: issued.hmacIdentity,
      platform: business ? 'smba' : this.#ctx.device.platform,
      ...(business ? { businessName: business.verifiedName } : {}),
    })
    const wrong = unnoticed[flaw ?? ''] ?? this.#flawOf(answer.signedIdentity, issued.details, identityKey)
    if (wrong) {
      answer.refuse(refused)
      this.#fail('device_signature', wrong)
    }
    answer.accept({ keyIndexList: this.keyIndexList({ with: answer.device }) })
    this.#ctx.note('phone.linked', { id: answer.device.id })
    return answer.device
  }

  #issue(request: Omit<IssueRequest, 'rawId' | 'timestampSeconds'>): IssuedIdentity {
    const { keys, world } = this.#ctx
    return issueDeviceIdentity(keys.identity, { rawId: keys.advRawId, timestampSeconds: world.seconds(), ...request })
  }

  /** The signed list of the account's devices, with one that is about to be, or without one that is about to go. */
  keyIndexList(change: { with?: Device; without?: Device } = {}): { bytes: Uint8Array; timestamp: number } {
    const { world, account, keys } = this.#ctx
    const timestamp = world.seconds()
    const devices = new Set([...account.devices.values(), ...(change.with ? [change.with] : [])])
    if (change.without) devices.delete(change.without)
    const indexes = [...devices].map((device) => device.keyIndex)
    return { bytes: signKeyIndexList(keys.identity, keys.advRawId, timestamp, indexes), timestamp }
  }

  #flawOf(returned: Uint8Array, details: Uint8Array, companionIdentity: Uint8Array): string | undefined {
    const flaw = checkDeviceIdentity(returned, companionIdentity, this.#ctx.keys.identity.publicKey)
    if (flaw) return flaw
    const { details: signed } = ADVSignedDeviceIdentity.decode(returned)
    return signed && sameBytes(signed, details) ? undefined : 'the companion signed other details than it was given'
  }

  #fail(rule: string, detail: string): never {
    this.#ctx.violation(rule, detail)
    throw new Error(`linking refused: ${detail}`)
  }
}
