import { isGroupJid, isLidJid, isPhoneJid, parseJid } from '@switchboard/engine'
import { OneByOne } from '../one-by-one.ts'
import type { BridgedChat } from '../storage/chatwoot-store.ts'
import type { BridgeParts, Settings } from './bridge-parts.ts'
import { ChatwootError } from './chatwoot-error.ts'
import type { ChatwootContact } from './shapes.ts'

/** Who or what a chat is with. */
export interface Party {
  /** The number when it is known, else the LID; or a group. */
  readonly jid: string
  readonly lid?: string | undefined
  /** How it is called, when that is known. */
  readonly name?: string | undefined
}

export const phoneOf = (jid: string): string | undefined => (isPhoneJid(jid) ? `+${parseJid(jid)?.user}` : undefined)

export const lidOf = ({ jid, lid }: Party): string | undefined => (isLidJid(jid) ? jid : lid)

const isInvalid = (error: unknown): boolean => error instanceof ChatwootError && error.fault === 'invalid'
export const isMissing = (error: unknown): boolean => error instanceof ChatwootError && error.fault === 'missing'

/** The contacts of Chatwoot for the people and groups of a device: found by LID or number before one is made, and one for each. */
export class Contacts {
  readonly #parts: BridgeParts
  readonly #deviceId: string
  readonly #turns = new OneByOne()

  constructor(parts: BridgeParts, deviceId: string) {
    this.#parts = parts
    this.#deviceId = deviceId
  }

  /** The chat with its contact. Both are made when they are not there; what was not known of them is noted. @throws ChatwootError */
  of(settings: Settings, party: Party): Promise<BridgedChat> {
    // Two messages of somebody new would make two contacts.
    return this.#turns.run('', () => this.#of(settings, party))
  }

  /** The contact is gone: the next message makes another one. */
  forget({ jid }: BridgedChat): Promise<void> {
    return this.#parts.store.forgetChat(this.#deviceId, jid)
  }

  /** Notes that an agent writes to a chat, in a conversation. */
  async noted(party: Party, contactId: number, sourceId: string | null, conversationId: number): Promise<void> {
    const [known] = await this.#known(party)
    const lid = lidOf(party) ?? known?.lid ?? null
    const { name = null } = known ?? {}
    await this.#keep({ jid: party.jid, lid, name, contactId, sourceId, conversationId }, known ? [known.jid] : [])
  }

  async keep(chat: BridgedChat, change: Partial<BridgedChat>): Promise<BridgedChat> {
    const changed = { ...chat, ...change }
    await this.#keep(changed, [chat.jid])
    return changed
  }

  async #of(settings: Settings, party: Party): Promise<BridgedChat> {
    const known = await this.#known(party)
    const [first, ...others] = known
    if (!first) return this.#find(settings, party)
    const merged = await this.#merge(settings, first, others, party)
    return this.#improve(settings, merged, party)
  }

  /** Those that are known, with the one that has the number first. */
  async #known(party: Party): Promise<BridgedChat[]> {
    const lid = lidOf(party)
    const rows = await this.#parts.store.chats(this.#deviceId, lid === undefined ? [party.jid] : [party.jid, lid])
    return rows.toSorted((a, b) => Number(isLidJid(a.jid)) - Number(isLidJid(b.jid)))
  }

  /** It became known that several are one. */
  async #merge(
    { client }: Settings,
    base: BridgedChat,
    others: readonly BridgedChat[],
    party: Party,
  ): Promise<BridgedChat> {
    if (others.length === 0) return base
    for (const { contactId } of others) {
      if (contactId === base.contactId) continue
      await client.mergeContacts(base.contactId, contactId).catch(unlessAway)
    }
    const conversationId = base.conversationId ?? others.find((each) => each.conversationId)?.conversationId ?? null
    const lid = lidOf(party) ?? base.lid
    const merged = { ...base, lid, conversationId, name: base.name ?? others[0]?.name ?? null }
    await this.#keep(
      merged,
      [base, ...others].map(({ jid }) => jid),
    )
    return merged
  }

  /** Tells Chatwoot what was not known of a contact: its number, its LID, its name. */
  async #improve(settings: Settings, chat: BridgedChat, party: Party): Promise<BridgedChat> {
    const lid = lidOf(party) ?? chat.lid
    const isNumbered = isLidJid(chat.jid) && isPhoneJid(party.jid)
    const isNamed = party.name !== undefined && (chat.name === null || chat.name.startsWith('+'))
    if (!isNumbered && !isNamed && lid === chat.lid) return chat
    const jid = isNumbered ? party.jid : chat.jid
    let { contactId } = chat
    if (isNumbered || lid !== chat.lid)
      contactId = await this.#identify(settings, contactId, { ...party, jid, lid: lid ?? undefined })
    let { name } = chat
    if (isNamed) name = await this.#rename(settings, { ...chat, contactId }, party.name!)
    return this.keep(chat, { jid, lid, name, contactId })
  }

  /** Gives a contact its number and LID. Another contact that has one of them is the same person. @returns the contact that stays */
  async #identify({ client }: Settings, contactId: number, party: Party): Promise<number> {
    const contact = await client.contact(contactId).catch(unlessMissing)
    if (!contact) return contactId
    const same = (await this.#search(client, party)).filter(({ id }) => id !== contactId)
    // The one with the number is the one that people made.
    const base = same.find(({ phone_number }) => phone_number && phone_number === phoneOf(party.jid)) ?? contact
    for (const { id } of [contact, ...same]) {
      if (id !== base.id) await client.mergeContacts(base.id, id).catch(unlessAway)
    }
    await this.#complete(client, await client.contact(base.id), party)
    return base.id
  }

  /** Adds what a contact does not have. What people wrote stays. */
  async #complete(client: Settings['client'], contact: ChatwootContact, party: Party): Promise<void> {
    const phone = phoneOf(party.jid)
    const lid = lidOf(party)
    const known = contact.custom_attributes ?? {}
    const isNew = !contact.identifier || (lid !== undefined && known['whatsapp_lid'] !== lid)
    if (!isNew && (contact.phone_number || !phone)) return
    await client
      .updateContact(contact.id, {
        ...(!contact.phone_number && phone && { phone_number: phone }),
        ...(!contact.identifier && { identifier: lid ?? party.jid }),
        custom_attributes: attributesOf(party),
      })
      // A number that WhatsApp has and Chatwoot does not believe in, for instance.
      .catch(unlessAway)
  }

  /** A better name takes the place of the one that the bridge made up, and of no other. */
  async #rename({ client }: Settings, chat: BridgedChat, name: string): Promise<string> {
    const contact = await client.contact(chat.contactId).catch(unlessMissing)
    const isOurs = contact && (!contact.name || contact.name === chat.name)
    if (isOurs) await client.updateContact(contact.id, { name }).catch(unlessAway)
    return name
  }

  async #search(client: Settings['client'], party: Party): Promise<ChatwootContact[]> {
    const phone = phoneOf(party.jid)
    const identifiers = [lidOf(party), party.jid].filter((each) => each !== undefined)
    const found = new Map<number, ChatwootContact>()
    for (const text of new Set([...identifiers, ...(phone ? [phone] : [])])) {
      for (const contact of await client.searchContacts(text)) {
        const isIt = identifiers.includes(contact.identifier ?? '') || (phone && contact.phone_number === phone)
        if (isIt) found.set(contact.id, contact)
      }
    }
    return [...found.values()]
  }

  /** Finds the contact of somebody new, or makes it. */
  async #find(settings: Settings, party: Party): Promise<BridgedChat> {
    const { client } = settings
    const [found] = await this.#search(client, party)
    if (found) {
      const contactId = await this.#identify(settings, found.id, party)
      return this.#joined(settings, party, contactId, found.name ?? null)
    }
    const name = party.name ?? phoneOf(party.jid) ?? party.jid
    const fields = { name, identifier: lidOf(party) ?? party.jid, custom_attributes: attributesOf(party) }
    const { inboxId } = settings.bridge
    const made = await client
      .createContact(inboxId, { ...fields, phone_number: phoneOf(party.jid) })
      .catch(async (error) => {
        if (!isInvalid(error)) throw error
        // Somebody was faster, or it does not believe in the number.
        const [there] = await this.#search(client, party)
        return there ? { id: there.id, sourceId: null } : client.createContact(inboxId, fields)
      })
    if (made.sourceId === null) return this.#joined(settings, party, made.id, name)
    return this.#new(party, made.id, made.sourceId, name)
  }

  /** A contact that was there, known in the inbox. */
  async #joined({ client, bridge }: Settings, party: Party, contactId: number, name: string | null) {
    const { contact_inboxes: inboxes = [] } = await client.contact(contactId)
    const known = inboxes.find(({ inbox }) => inbox?.id === bridge.inboxId)?.source_id
    return this.#new(party, contactId, known ?? (await client.joinInbox(contactId, bridge.inboxId)), name)
  }

  async #new(party: Party, contactId: number, sourceId: string, name: string | null): Promise<BridgedChat> {
    const chat = { jid: party.jid, lid: lidOf(party) ?? null, name, contactId, sourceId, conversationId: null }
    await this.#keep(chat, [])
    return chat
  }

  #keep(chat: BridgedChat, before: readonly string[]): Promise<void> {
    return this.#parts.store.keepChat(this.#deviceId, chat, before, this.#parts.clock.now())
  }
}

const attributesOf = (party: Party): Record<string, string> => {
  const lid = lidOf(party)
  return {
    ...(lid !== undefined && { whatsapp_lid: lid }),
    ...(!isLidJid(party.jid) && { [isGroupJid(party.jid) ? 'whatsapp_group' : 'whatsapp_jid']: party.jid }),
  }
}

/** For what makes a contact better: that Chatwoot refuses it keeps no message back. @throws ChatwootError `away` */
export const unlessAway = (error: unknown): void => {
  if (!(error instanceof ChatwootError) || error.fault === 'away') throw error
}

/** @throws everything but that it is not there */
export const unlessMissing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error
  return undefined
}
