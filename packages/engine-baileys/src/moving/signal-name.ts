import { formatAddress, type SignalAddress } from '../signal/signal-address.ts'

/** Servers by the number that other programs write behind the user (seen in: baileys WABinary/jid-utils.js `WAJIDDomains`, whatsmeow types/jid.go). */
const servers: Readonly<Record<string, string>> = {
  '': 's.whatsapp.net',
  1: 'lid',
  128: 'hosted',
  129: 'hosted.lid',
}

/** The device of a name such as `123_1.4`, `123_1:4` or `123_1--4`. */
export function signalAddressOf(name: string): SignalAddress | undefined {
  const [, user, domain = '', device] = /^(\d+)(?:_(\d+))?(?:\.|::?|--)(\d+)$/.exec(name) ?? []
  const server = servers[domain]
  return user && device && server ? formatAddress({ user, server, device: Number(device) }) : undefined
}
