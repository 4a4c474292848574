import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** The host is, or its name points to, an address that is not public. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError'
}

/** Resolves names that strangers chose, and refuses those that point to an address that is not public. */
export const publicLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    if (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address))) {
      return callback(new AddressRefusedError(`${host} does not point to a public address`), [])
    }
    // The very addresses that were judged are connected to: the name is not resolved again.
    const [first] = addresses
    if (options.all) return callback(null, addresses)
    callback(null, first!.address, first!.family)
  })
}
