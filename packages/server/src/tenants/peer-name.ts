import ipaddr from 'ipaddr.js'

/** The name under which a peer is counted: its IPv4 address, or the /64 of its IPv6 address, within which anybody picks addresses freely. */
export function peerName(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const [network] = ipaddr.parseCIDR(`${parsed.toString()}/64`)
  return `${network.toByteArray().slice(0, 8).join('.')}/64`
}
