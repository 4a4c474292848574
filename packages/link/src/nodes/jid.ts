import { adServers, facebookServer, interopServer } from './tags.ts'

/** An address in the form in which stanzas write it. */
export interface Jid {
  /** Without a device, with one, and the two forms of other networks' users. */
  readonly kind: 'pair' | 'device' | 'facebook' | 'interop'
  readonly user: string
  readonly server: string
  readonly device: number
  /** The byte that stands for the server in addresses that name a device. */
  readonly domain: number
  readonly integrator: number
}

const domains: ReadonlyMap<string, number> = new Map(
  Object.entries(adServers).map(([domain, server]) => [server, Number(domain)]),
)

/**
 * Reads `user@server`, `user:device@server`, `user_agent:device@server` and `integrator-user:device@interop`; undefined for a text that is no address.
 * The first two as baileys writes them (lib/WABinary/encode.js, jid-utils.js). That library writes users of other networks as if they were
 * WhatsApp's own, and loses the network; these are written as whatsmeow does (binary/encoder.go `writeJID`).
 */
export function readJid(text: string): Jid | undefined {
  const separator = text.indexOf('@')
  if (separator < 0) return undefined
  const server = text.slice(separator + 1)
  const colon = text.lastIndexOf(':', separator)
  const [named = '', given] = colon < 0 ? [text.slice(0, separator)] : text.slice(0, separator).split(':')
  const [user = '', agent] = named.includes('_') ? named.split('_') : [named]
  const plain = { kind: 'pair', user, server, device: 0, domain: 0, integrator: 0 } as const
  if (!given) return plain
  const device = Number(given)
  if (server === facebookServer) return { ...plain, kind: 'facebook', device }
  const dash = server === interopServer ? user.indexOf('-') : -1
  if (dash > 0) {
    return { ...plain, kind: 'interop', user: user.slice(dash + 1), device, integrator: Number(user.slice(0, dash)) }
  }
  const domain = domains.get(server) ?? (agent ? Number.parseInt(agent, 10) : 0)
  return { ...plain, kind: 'device', device, domain }
}
