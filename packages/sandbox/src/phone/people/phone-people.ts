import { formatJid, parseJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import { VerifiedNameCertificate, VerifiedNameDetails } from '../../wire/proto/index.ts'
import { accountJid } from '../../world/address.ts'
import { askServer, personNamed, Refused } from '../ask-server.ts'
import type { PhoneContext } from '../phone-context.ts'

export interface SeenPicture {
  readonly id: string
  readonly url: string
  readonly bytes: Uint8Array
}

/** What a person can find out about others from the phone. People are named by JID of either kind or phone number. */
export class PhonePeople {
  readonly #ctx: PhoneContext

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
  }

  /** A person's or group's picture, downloaded from the media host; undefined when there is none.
   *  @throws Refused 401 when it is hidden */
  async picture(who: string, type: 'image' | 'preview' = 'image'): Promise<SeenPicture | undefined> {
    const target = parseJid(who) ?? accountJid(personNamed(this.#ctx, who), 'pn')
    const asked: WireNode = { tag: 'picture', attrs: { type, query: 'url' } }
    const answer = await askServer(this.#ctx, 'get', 'w:profile:picture', [asked], { target }).catch(noneFor(404))
    const picture = child(answer, 'picture')
    if (!picture) return undefined
    const found = this.#ctx.world.media.find(textAttr(picture, 'direct_path') ?? '')
    if (found.status !== 200) throw new Refused(found.status, 'the download of a picture')
    return { id: textAttr(picture, 'id') ?? '', url: textAttr(picture, 'url') ?? '', bytes: found.file.bytes }
  }

  /** The about text; undefined when it is hidden. */
  async about(who: string): Promise<string | undefined> {
    const status = child(await this.#usync(who, { tag: 'status', attrs: {} }), 'status')
    return status && textAttr(status, 'code') !== '401' ? (contentText(status) ?? '') : undefined
  }

  /** The about text with its emoji, and after how many seconds from when it was set it is blank again, -1 when it stays; undefined when it is hidden. */
  async textStatus(who: string): Promise<{ text: string; emoji?: string; seconds: number } | undefined> {
    const found = child(await this.#usync(who, { tag: 'text_status', attrs: {} }), 'text_status')
    if (!found || child(found, 'error')) return undefined
    const emoji = textAttr(child(found, 'emoji'), 'content')
    const seconds = Number(textAttr(found, 'ephemeral_duration_sec'))
    return { text: textAttr(found, 'text') ?? '', ...(emoji === undefined ? {} : { emoji }), seconds }
  }

  /** Whether somebody has that phone number. */
  async isRegistered(phone: string): Promise<boolean> {
    const asked: WireNode = { tag: 'contact', attrs: {}, content: Buffer.from(`+${phone.replace(/\D/g, '')}`) }
    const user = await this.#ask({ tag: 'contact', attrs: {} }, { tag: 'user', attrs: {}, content: [asked] })
    return textAttr(child(user, 'contact'), 'type') === 'in'
  }

  /** Numbers of a person's devices; 0 is the phone. */
  async devices(who: string): Promise<number[]> {
    const user = await this.#usync(who, { tag: 'devices', attrs: { version: '2' } })
    const list = child(child(user, 'devices'), 'device-list')
    return list ? children(list, 'device').map((device) => Number(textAttr(device, 'id'))) : []
  }

  /** The name on a business' certificate; undefined for those who are none. */
  async verifiedName(who: string): Promise<string | undefined> {
    const query: WireNode = { tag: 'business', attrs: {}, content: [{ tag: 'verified_name', attrs: {} }] }
    const certificate = contentBytes(child(child(await this.#usync(who, query), 'business'), 'verified_name'))
    const details = certificate && VerifiedNameCertificate.decode(certificate).details
    return details && VerifiedNameDetails.decode(details).verifiedName
  }

  /** The user name that somebody has; undefined for those without. */
  async username(who: string): Promise<string | undefined> {
    return contentText(child(await this.#usync(who, { tag: 'username', attrs: {} }), 'username'))
  }

  /** LID of whom a user name leads to; undefined when to nobody, or its key is missing. */
  async withUsername(name: string, key?: string): Promise<string | undefined> {
    const attrs = { username: name, ...(key === undefined ? {} : { pin: key }) }
    const user: WireNode = { tag: 'user', attrs: {}, content: [{ tag: 'contact', attrs }] }
    const jid = jidAttr(await this.#ask({ tag: 'contact', attrs: { addressing_mode: 'lid' } }, user), 'jid')
    return jid && formatJid(jid)
  }

  /** Whom a contact QR or message link leads to. @throws Refused 404 for a code that leads nowhere */
  async resolveCode(code: string): Promise<{ type: string; jid: string; name: string; text: string | undefined }> {
    const qr = child(await askServer(this.#ctx, 'get', 'w:qr', [{ tag: 'qr', attrs: { code } }]), 'qr')
    const jid = jidAttr(qr, 'jid')
    return {
      type: textAttr(qr, 'type') ?? '',
      jid: jid ? formatJid(jid) : '',
      name: textAttr(qr, 'notify') ?? '',
      text: contentText(child(qr, 'message')),
    }
  }

  async #usync(who: string, query: WireNode): Promise<WireNode | undefined> {
    const jid: Jid = accountJid(personNamed(this.#ctx, who), 'pn')
    return this.#ask(query, { tag: 'user', attrs: { jid } })
  }

  async #ask(query: WireNode, user: WireNode): Promise<WireNode | undefined> {
    const sid = this.#ctx.world.random.hex(8)
    const content: WireNode[] = [
      { tag: 'query', attrs: {}, content: [query] },
      { tag: 'list', attrs: {}, content: [user] },
    ]
    const usync: WireNode = { tag: 'usync', attrs: { sid, mode: 'query', context: 'interactive' }, content }
    const answer = await askServer(this.#ctx, 'get', 'usync', [usync])
    return child(child(child(answer, 'usync'), 'list'), 'user')
  }
}

function noneFor(code: number): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Refused && error.code === code) return undefined
    throw error
  }
}
