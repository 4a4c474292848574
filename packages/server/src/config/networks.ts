import ipaddr from 'ipaddr.js'

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6

/** An address as people and proxies write it, without a zone; an IPv4 address inside of IPv6 is the IPv4 address. Short and octal forms are none:
 *  programs do not agree on which address they are. */
export const parseAddress = (text: string): IpAddress | undefined => {
  const plain = text.replace(/^([^%]*:[^%]*)%.*$/s, '$1')
  if (ipaddr.IPv4.isValidFourPartDecimal(plain)) return ipaddr.IPv4.parse(plain)
  return ipaddr.IPv6.isValid(plain) ? ipaddr.process(plain) : undefined
}

/** An address or a range (`10.0.0.0/8`) as `address/bits`. A range that holds every address is none. */
export const parseNetwork = (text: string): string | undefined => {
  const [written = '', length, ...more] = text.split('/')
  const mapped = /^::ffff:/i.test(written)
  const address = written.includes('%') ? undefined : parseAddress(written)
  if (!address || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined
  const width = address.kind() === 'ipv4' ? 32 : 128
  // `::ffff:10.0.0.0/104` is 10.0.0.0/8.
  const bits = length === undefined ? width : Number(length) - (mapped && width === 32 ? 96 : 0)
  return bits >= 1 && bits <= width ? `${address.toString()}/${bits}` : undefined
}

/** Whether an address is in one of these networks, which are as {@link parseNetwork} writes them. */
export const networkTest = (networks: readonly string[]): ((address: IpAddress) => boolean) => {
  const ranges = networks.map((network) => ipaddr.parseCIDR(network))
  return (address) =>
    ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range as ipaddr.IPv6, bits))
}
