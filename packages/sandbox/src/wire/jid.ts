import type { Jid, JidServer } from './node.ts'

/** The server itself, as stanzas name it: a JID with an empty user. */
export const serverJid: Jid = { user: '', server: 's.whatsapp.net' }

const servers: ReadonlySet<string> = new Set<JidServer>([
  's.whatsapp.net',
  'lid',
  'g.us',
  'broadcast',
  'newsletter',
  'call',
  'bot',
  'hosted',
  'hosted.lid',
  'c.us',
  'msgr',
  'interop',
])

export function isJidServer(text: string): text is JidServer {
  return servers.has(text)
}

/** Parses `user[_agent][:device]@server`. Undefined for anything else. */
export function parseJid(text: string): Jid | undefined {
  const at = text.lastIndexOf('@')
  const server = text.slice(at + 1)
  if (at < 0 || !isJidServer(server)) return undefined
  const parts = /^([^:@]*?)(?:_(\d{1,3}))?(?::(\d{1,5}))?$/.exec(text.slice(0, at))
  if (!parts) return undefined
  const [, user = '', agent, device] = parts
  return {
    user,
    server,
    ...(device === undefined ? {} : { device: Number(device) }),
    ...(agent === undefined ? {} : { agent: Number(agent) }),
  }
}

/** The text form that clients show and store: device 0 is left out. */
export function formatJid(jid: Jid): string {
  const agent = jid.agent ? `_${jid.agent}` : ''
  const device = jid.device ? `:${jid.device}` : ''
  return `${jid.user}${agent}${device}@${jid.server}`
}

/** The form used in participant hashes: user.agent:device@server with all parts (whatsmeow types/jid.go ADString). */
export function formatAdJid(jid: Jid): string {
  return `${jid.user}.${jid.agent ?? 0}:${jid.device ?? 0}@${jid.server}`
}

/** The person behind an address: without device. */
export function bareJid(jid: Jid): Jid {
  return jid.device === undefined && jid.agent === undefined ? jid : { user: jid.user, server: jid.server }
}
