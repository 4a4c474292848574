import { randomBytes } from 'node:crypto'
import { EngineError, type PasskeyAssertion, type PasskeyOptions, type SessionState } from '@switchboard/engine'
import {
  type BinaryNode,
  companionNonce,
  handoffKey,
  type PasskeyHandshake,
  type PrimaryIdentity,
  passkeyOptionsRequest,
  passkeyOptionsText,
  passkeyPrologue,
  primaryIdentityIn,
  refIn,
  refRequest,
  sealedPairing,
  wordOfComparison,
} from '@switchboard/link'
import { credsWrite } from '../credentials/creds-codec.ts'
import { deviceKeys } from '../credentials/device-creds.ts'
import { sendAck } from '../inbound/acknowledge.ts'
import type { SessionContext } from '../session/session-context.ts'
import { assertionJson, readPasskeyOptions, requireAnswerTo } from './passkey-options.ts'

/** WhatsApp forgets the whole exchange after so long (seen in: whatsmeow pair-passkey.go, WAHA's notes of 2026). */
const longestMs = 10 * 60_000
/** A phone takes the proof of who showed the code for so long. */
const handoffMs = 5 * 60_000

interface Parts {
  /** WhatsApp wants the passkey: whoever scans a code now is too late. */
  began(): void
  change(state: SessionState): void
  end(state: SessionState): void
}

interface Asked {
  readonly options: PasskeyOptions
  readonly expiresAt: number
}

interface Signed extends PasskeyHandshake {
  /** The phone knows who showed the code. */
  readonly proven: boolean
  primary?: PrimaryIdentity
  /** The keys went to the phone. */
  given?: boolean
}

/** Linking an account that asks for its passkey, from WhatsApp's question to the keys for the phone. An ordinary `pair-success` follows. */
export class PasskeyPairing {
  readonly #context: SessionContext
  readonly #parts: Parts
  #handoff: { readonly key: Uint8Array; readonly until: number } | undefined
  #asked: Asked | undefined
  #signed: Signed | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(context: SessionContext, parts: Parts) {
    this.#context = context
    this.#parts = parts
  }

  /** Takes WhatsApp's question, and acknowledges it. @throws NotStoredError */
  async required(node: BinaryNode): Promise<void> {
    const { creds, clock } = this.#context
    if (!creds.account) {
      this.#parts.began()
      await this.#replaceSecret()
    }
    await sendAck(node, this.#context)
    if (creds.account) return
    const found = readPasskeyOptions(passkeyOptionsText(node)) ?? (await this.#askOptions())
    if (!found) return this.#fail('passkey_unreadable', 'WhatsApp does not say what is to be signed')
    const expiresAt = clock.now() + Math.min(found.timeoutMs ?? longestMs, longestMs)
    this.#ask({ options: found.options, expiresAt })
  }

  /** Takes the phone's answer to what was signed, and acknowledges it. */
  async continued(node: BinaryNode): Promise<void> {
    await sendAck(node, this.#context)
    const signed = this.#signed
    if (!signed || signed.primary) return
    try {
      const primary = primaryIdentityIn(node)
      await this.#context.wire.query(companionNonce(signed))
      signed.primary = primary
      if (signed.proven) await this.#giveKeys(signed, primary)
      else this.#context.host.passkeyCode(wordOfComparison(signed, primary))
    } catch (error) {
      this.#failed(error)
    }
  }

  /** @throws EngineError */
  async answer(assertion: PasskeyAssertion): Promise<void> {
    const asked = this.#asked
    if (!asked || this.#signed) throw new EngineError('not_connected', 'no passkey is asked for')
    requireAnswerTo(asked.options, assertion)
    await this.#hand(asked, assertion).catch((error: unknown) => {
      this.#failed(error)
      if (error instanceof EngineError) throw error
      throw new EngineError('refused', 'WhatsApp gave no reference for the pairing', { cause: error })
    })
  }

  async #hand(asked: Asked, assertion: PasskeyAssertion): Promise<void> {
    const { wire, clock } = this.#context
    const ref = refIn(await wire.query(refRequest()))
    const proof = this.#handoff && clock.now() < this.#handoff.until ? this.#handoff.key : undefined
    const { credentialId } = assertion
    const { request, handshake } = passkeyPrologue(ref, { credentialId, json: assertionJson(assertion) }, proof)
    // Before it leaves: the phone's answer may come in before WhatsApp's.
    this.#signed = { ...handshake, proven: proof !== undefined }
    this.#parts.change({ name: 'passkey_confirm', expiresAt: asked.expiresAt })
    await wire.query(request)
  }

  /** @throws EngineError */
  async confirm(same: boolean): Promise<void> {
    const signed = this.#signed
    if (!signed?.primary || signed.proven || signed.given)
      throw new EngineError('not_connected', 'there is no code to compare')
    if (!same) return this.#fail('passkey_mismatch', 'the phone showed another code')
    await this.#giveKeys(signed, signed.primary).catch((error) => {
      this.#failed(error)
      throw error
    })
  }

  /** Nothing is waited for any more. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#asked = undefined
    this.#signed = undefined
  }

  /** The secret in the code was on a screen: from here on another one counts, which the phone gets sealed. It is durable before anything is said. */
  async #replaceSecret(): Promise<void> {
    const { creds, store, clock } = this.#context
    if (this.#handoff) return
    const key = handoffKey(Buffer.from(creds.advSecretKey, 'base64'))
    this.#handoff = { key, until: clock.now() + handoffMs }
    creds.advSecretKey = randomBytes(32).toString('base64')
    await store.save([credsWrite(creds)])
  }

  async #askOptions(): Promise<ReturnType<typeof readPasskeyOptions>> {
    try {
      return readPasskeyOptions(passkeyOptionsText(await this.#context.wire.query(passkeyOptionsRequest())))
    } catch (error) {
      this.#context.warn(error, 'the options for a passkey could not be fetched')
      return undefined
    }
  }

  #ask(asked: Asked): void {
    const { clock, host } = this.#context
    this.#asked = asked
    this.#signed = undefined
    clearTimeout(this.#timer)
    const late = () => this.#fail('passkey_expired', 'the time for the passkey is over')
    this.#timer = setTimeout(late, asked.expiresAt - clock.now()).unref()
    host.passkeyRequired(asked)
    this.#parts.change({ name: 'passkey_required', expiresAt: asked.expiresAt })
  }

  async #giveKeys(signed: Signed, primary: PrimaryIdentity): Promise<void> {
    signed.given = true
    await this.#context.wire.query(sealedPairing(signed, primary, deviceKeys(this.#context.creds)))
  }

  #failed(error: unknown): void {
    const words = error instanceof Error ? error.message : String(error)
    // The end of the connection says itself what becomes of the pairing.
    if (error instanceof EngineError && error.code === 'closed') return
    if (!(error instanceof EngineError)) this.#fail('passkey_unreadable', words)
    else this.#fail(error.code === 'timeout' ? 'passkey_expired' : 'passkey_refused', words, error.remoteCode)
  }

  #fail(reason: NonNullable<SessionState['reason']>, detail: string, code?: number): void {
    this.stop()
    this.#parts.end({ name: 'passkey_failed', reason, detail, ...(code !== undefined && { code }) })
  }
}
