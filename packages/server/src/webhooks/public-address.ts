import ipaddr from 'ipaddr.js'

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
/** Inside 2000::/3 and yet not for the public: protocol assignments (2001::/23), documentation, and 6to4, which leads back to any IPv4 address.
 *  Source: IANA IPv6 Special-Purpose Address Registry. */
const special = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map((range) => ipaddr.IPv6.parseCIDR(range))

/** Whether an IP address (as text) is one that anybody on the internet may be reached at. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast'
  const inside = parsed.match(globalUnicast) && !special.some((range) => parsed.match(range))
  return inside && parsed.range() === 'unicast'
}
