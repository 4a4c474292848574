import { networkInterfaces } from 'node:os'
import { isWildcard, originAt } from '../process/local-url.ts'

/** The first address of this machine at which others may reach it, or loopback when it has no other. */
const ownAddress = (): string => {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const outside = all.filter(({ internal }) => !internal)
  return (outside.find(({ family }) => family === 'IPv4') ?? outside[0])?.address ?? '127.0.0.1'
}

/** Where other nodes reach a gateway that listens at an address: an origin. */
export const nodeUrlOf = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  originAt(isWildcard(address) ? ownAddress() : address, port)
