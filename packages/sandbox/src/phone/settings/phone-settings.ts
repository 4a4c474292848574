import { formatJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import { accountJid } from '../../world/address.ts'
import { createMessageLink } from '../../world/people/message-link.ts'
import { askMex, askServer, personNamed, Refused } from '../ask-server.ts'
import type { PhoneContext } from '../phone-context.ts'
import { type BusinessCard, openBusiness, recordOrder } from './business-card.ts'

export interface PrivacyWish {
  /** For `contact_blacklist`: who is shut out from now on, and who no longer is. */
  readonly except?: readonly string[]
  readonly readmit?: readonly string[]
}

/** What a person sets on the phone: all of it goes to the server as a client's request, and is refused as a client's. People are named by JID of
 *  either kind or phone number. Every method throws Refused when the server says no. */
export class PhoneSettings {
  readonly #ctx: PhoneContext

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
  }

  /** @param image JPEG. @param preview a small one; the image stands in for it when absent. @returns the picture's id */
  async setPicture(image: Uint8Array, preview?: Uint8Array): Promise<string> {
    const content: WireNode[] = [{ tag: 'picture', attrs: { type: 'image' }, content: image }]
    if (preview) content.push({ tag: 'picture', attrs: { type: 'preview' }, content: preview })
    const answer = await askServer(this.#ctx, 'set', 'w:profile:picture', content)
    return textAttr(child(answer, 'picture'), 'id') ?? ''
  }

  async removePicture(): Promise<void> {
    await askServer(this.#ctx, 'set', 'w:profile:picture')
  }

  /** With an emoji or an end it goes by GraphQL, as newer phones do. @param more.seconds after so long it is blank again */
  async setAbout(text: string, more: { readonly emoji?: string; readonly seconds?: number } = {}): Promise<void> {
    const { emoji, seconds } = more
    if (emoji !== undefined || seconds !== undefined) {
      const sign = emoji === undefined ? {} : { emoji: { content: emoji } }
      await askMex(this.#ctx, '9152604461510864', { input: { text, ...sign, ephemeral_duration_sec: seconds ?? 0 } })
      return
    }
    await askServer(this.#ctx, 'set', 'status', [{ tag: 'status', attrs: {}, content: Buffer.from(text) }])
  }

  /** Every privacy category and its value. */
  async privacy(): Promise<Record<string, string>> {
    const answer = await askServer(this.#ctx, 'get', 'privacy', [{ tag: 'privacy', attrs: {} }])
    return Object.fromEntries(
      children(child(answer, 'privacy')!, 'category').map((item) => [
        textAttr(item, 'name') ?? '',
        textAttr(item, 'value') ?? '',
      ]),
    )
  }

  async setPrivacy(category: string, value: string, { except = [], readmit = [] }: PrivacyWish = {}): Promise<void> {
    const users = [...except.map((who) => this.#user(who, 'add')), ...readmit.map((who) => this.#user(who, 'remove'))]
    const wanted: WireNode = { tag: 'category', attrs: { name: category, value }, content: users }
    await askServer(this.#ctx, 'set', 'privacy', [{ tag: 'privacy', attrs: {}, content: [wanted] }])
  }

  /** JIDs (by number) of those whom `contact_blacklist` shuts out. */
  async shutOut(category: string): Promise<string[]> {
    const list: WireNode = { tag: 'list', attrs: { name: category, value: 'contact_blacklist' } }
    const answer = await askServer(this.#ctx, 'get', 'privacy', [{ tag: 'privacy', attrs: {}, content: [list] }])
    return this.#people(children(child(child(answer, 'privacy'), 'list')!, 'user'))
  }

  /** Who sees status posts. */
  async setStatusPrivacy(type: 'contacts' | 'blacklist' | 'whitelist', people: readonly string[] = []): Promise<void> {
    const content = people.map((who): WireNode => ({ tag: 'user', attrs: { jid: this.#lid(who) } }))
    const list: WireNode = { tag: 'list', attrs: { type }, content }
    await askServer(this.#ctx, 'set', 'status', [{ tag: 'privacy', attrs: {}, content: [list] }])
  }

  block(who: string): Promise<void> {
    return this.#changeBlock(who, 'block')
  }

  unblock(who: string): Promise<void> {
    return this.#changeBlock(who, 'unblock')
  }

  /** JIDs (by number) of those who are blocked. */
  async blocked(): Promise<string[]> {
    const answer = await askServer(this.#ctx, 'get', 'blocklist')
    return this.#people(children(child(answer, 'list')!, 'item'))
  }

  /** Default timer for new chats, seconds; 0 is off. */
  async setDisappearing(duration: number): Promise<void> {
    const wanted: WireNode = { tag: 'disappearing_mode', attrs: { duration: String(duration) } }
    await askServer(this.#ctx, 'set', 'disappearing_mode', [wanted])
  }

  /** Puts people into the address book that the server knows: `contacts` in privacy settings means them. */
  saveContacts(...people: readonly string[]): Promise<void> {
    return this.#uploadContacts(people, {})
  }

  removeContacts(...people: readonly string[]): Promise<void> {
    return this.#uploadContacts(people, { type: 'delete' })
  }

  /** The code behind `https://wa.me/qr/<code>`. @param how `revoke` makes a new one and the old one worthless */
  async contactCode(how: 'get' | 'revoke' = 'get'): Promise<string> {
    const answer = await askServer(this.#ctx, 'set', 'w:qr', [{ tag: 'qr', attrs: { type: 'contact', action: how } }])
    return textAttr(child(answer, 'qr'), 'code') ?? ''
  }

  /** Gives somebody a trusted-contact token, as phones do for those they write to: a restricted account may answer them. */
  async giveToken(who: string): Promise<void> {
    const attrs = { jid: this.#lid(who), t: String(this.#ctx.world.seconds()), type: 'trusted_contact' }
    const token: WireNode = { tag: 'token', attrs }
    await askServer(this.#ctx, 'set', 'privacy', [{ tag: 'tokens', attrs: {}, content: [token] }])
  }

  /** Makes the account a business, or changes what it shows: its messages carry a certificate of its name from then on. */
  openBusiness(profile: BusinessCard): void {
    openBusiness(this.#ctx, profile)
  }

  /** Takes another user name, or with undefined none. @param key four digits that who looks it up must know
   *  @throws Refused when WhatsApp does not let this person have it */
  async setUsername(name: string | undefined, key?: string): Promise<void> {
    const wish = name === undefined ? {} : { input: name, reserved: false }
    const { result } = await askMex<{ result: string }>(this.#ctx, '25757341163897635', wish)
    if (result !== 'SUCCESS') throw new Refused(409, `the user name ${name}`)
    if (name !== undefined) await askMex(this.#ctx, '9749436995157074', key === undefined ? {} : { pin: key })
  }

  /** Writes down what somebody ordered of this business. @returns what an order message names. @throws Error for a product that it does not have */
  recordOrder(items: readonly { readonly product: string; readonly quantity: number }[]): {
    id: string
    token: string
  } {
    return recordOrder(this.#ctx, items)
  }

  /** A wa.me link that opens a chat with this business and fills in a text. @returns its code */
  createMessageLink(text: string): string {
    return createMessageLink(this.#ctx.world, this.#ctx.account, text)
  }

  async #changeBlock(who: string, action: 'block' | 'unblock'): Promise<void> {
    const account = personNamed(this.#ctx, who)
    const attrs = { action, jid: accountJid(account, 'lid'), pn_jid: accountJid(account, 'pn') }
    await askServer(this.#ctx, 'set', 'blocklist', [{ tag: 'item', attrs }])
  }

  async #uploadContacts(people: readonly string[], attrs: Record<string, string>): Promise<void> {
    const users = people.map((who): WireNode => {
      const { phone } = personNamed(this.#ctx, who)
      const jid = { user: phone, server: 's.whatsapp.net' } as const
      return { tag: 'user', attrs: { jid }, content: [{ tag: 'contact', attrs }] }
    })
    const content: WireNode[] = [
      { tag: 'query', attrs: {}, content: [{ tag: 'contact', attrs: {} }] },
      { tag: 'list', attrs: {}, content: users },
    ]
    const sid = this.#ctx.world.random.hex(8)
    const usync: WireNode = { tag: 'usync', attrs: { sid, mode: 'delta', context: 'background' }, content }
    await askServer(this.#ctx, 'get', 'usync', [usync])
  }

  #user(who: string, action: 'add' | 'remove'): WireNode {
    return { tag: 'user', attrs: { jid: this.#lid(who), action } }
  }

  #lid(who: string) {
    return accountJid(personNamed(this.#ctx, who), 'lid')
  }

  #people(nodes: readonly WireNode[]): string[] {
    return nodes.flatMap((node) => {
      const jid = jidAttr(node, 'pn_jid')
      return jid ? [formatJid(jid)] : []
    })
  }
}
