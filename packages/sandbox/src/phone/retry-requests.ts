import type { AttributeValue, WireNode } from '../wire/node.ts'
import { jidAttr, numberBytes, textAttr } from '../wire/node-access.ts'
import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import type { PhoneContext } from './phone-context.ts'
import { keyNode } from './phone-stanzas.ts'

const giveUpAfter = 5
const keyTypeX25519 = Uint8Array.of(5)

/** Asks a sender for a message again that could not be decrypted. */
export class RetryRequests {
  readonly #ctx: PhoneContext
  readonly #counts = new Map<string, number>()

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
  }

  /** Sends a retry receipt. From the second on, or when no session can exist, it carries a fresh bundle (seen in: whatsmeow retry.go). */
  async ask(stanza: WireNode, from: Device, code: string): Promise<void> {
    const id = textAttr(stanza, 'id') ?? ''
    const key = `${deviceName(from)}|${id}`
    const count = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, count)
    const to = jidAttr(stanza, 'from')
    if (!to) return
    if (count > giveUpAfter) {
      this.#ctx.violation(
        'undecryptable',
        `message ${id} could not be read after ${giveUpAfter} retries: ${code}`,
        from,
      )
      await this.#ctx.submit({ tag: 'ack', attrs: { class: 'message', id, to, error: '487' } })
      return
    }
    const withKeys = count > 1 || code === 'no_session' || code === 'unknown_prekey'
    const recipient = jidAttr(stanza, 'recipient')
    const participant = jidAttr(stanza, 'participant')
    const attrs: Record<string, AttributeValue> = {
      ...{ id, to, type: 'retry' },
      ...(recipient ? { recipient } : {}),
      ...(participant ? { participant } : {}),
    }
    this.#ctx.note('phone.retry_sent', { id, to: deviceName(from), count })
    await this.#ctx.submit({ tag: 'receipt', attrs, content: this.#content(stanza, count, withKeys) })
  }

  #content(stanza: WireNode, count: number, withKeys: boolean): WireNode[] {
    const { keys } = this.#ctx
    const retry = { count: String(count), id: textAttr(stanza, 'id') ?? '', t: textAttr(stanza, 't') ?? '', v: '1' }
    const content: WireNode[] = [
      { tag: 'retry', attrs: retry },
      { tag: 'registration', attrs: {}, content: numberBytes(keys.registrationId, 4) },
    ]
    return withKeys ? [...content, this.#bundle()] : content
  }

  #bundle(): WireNode {
    const { identity, signedPreKey } = this.#ctx.keys
    const [preKey] = this.#ctx.signal.generatePreKeys(1)
    return {
      tag: 'keys',
      attrs: {},
      content: [
        { tag: 'type', attrs: {}, content: keyTypeX25519 },
        { tag: 'identity', attrs: {}, content: identity.publicKey },
        ...(preKey ? [keyNode('key', preKey.keyId, preKey.publicKey)] : []),
        keyNode('skey', signedPreKey.keyId, signedPreKey.keyPair.publicKey, signedPreKey.signature),
      ],
    }
  }
}
