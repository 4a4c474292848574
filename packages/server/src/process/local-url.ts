import type { Config } from '../config/config.ts'

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]'])

/** Whether a server that listens there does so at every address of the machine. */
export const isWildcard = (address: string): boolean => wildcards.has(address)

export const originAt = (host: string, port: number): string =>
  `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`

/** Where this machine reaches a gateway that listens at the address, base path included. */
export const localUrl = ({ address, port, basePath }: Pick<Config['http'], 'address' | 'port' | 'basePath'>): string =>
  originAt(isWildcard(address) ? '127.0.0.1' : address, port) + basePath
