/** Addresses as text, in the one form the whole gateway uses: `user@server`, or `user:device@server` for a companion. */
export interface ParsedJid {
  readonly user: string
  readonly server: string
  readonly device: number
}

const jidPattern = /^([0-9A-Za-z._-]+)(?::(\d{1,5}))?@([a-z.]+)$/

const servers = new Set(['s.whatsapp.net', 'g.us', 'lid', 'newsletter', 'broadcast', 'bot', 'hosted', 'hosted.lid'])

/** Parses an address, or answers undefined when it is malformed or of a server that WhatsApp clients do not know. */
export function parseJid(text: string): ParsedJid | undefined {
  const match = jidPattern.exec(text)
  if (!match?.[1] || !match[3] || !servers.has(match[3])) return undefined
  return { user: match[1], server: match[3], device: match[2] === undefined ? 0 : Number(match[2]) }
}

/** The address of the person or group, without a companion number. Text that is no address comes back as it is. */
export function bareJid(jid: string): string {
  if (!jid.includes(':')) return jid
  const parsed = parseJid(jid)
  return parsed ? `${parsed.user}@${parsed.server}` : jid
}

/** Everybody's status posts, as one chat. */
export const statusJid = 'status@broadcast'

export const isPhoneJid = (jid: string): boolean => jid.endsWith('@s.whatsapp.net')
export const isLidJid = (jid: string): boolean => jid.endsWith('@lid')
/** Of a person, in either form. */
export const isPersonJid = (jid: string): boolean => isPhoneJid(jid) || isLidJid(jid)
export const isChannelJid = (jid: string): boolean => jid.endsWith('@newsletter')
export const isGroupJid = (jid: string): boolean => jid.endsWith('@g.us')

/** Who is meant, with both addresses where both are known. `jid` is the phone-number form when known, else the LID. */
export interface Address {
  readonly jid: string
  readonly lid?: string
}
