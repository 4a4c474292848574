import type { IncomingHttpHeaders } from 'node:http'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import { type IpAddress, networkTest, parseAddress } from '../config/networks.ts'
import { isHost } from './check-host.ts'

/** Who sent a request, and under which address they reached us, as far as proxies that are trusted say so. */
export interface Forwarded {
  /** The caller's address; blank when the socket has none. */
  readonly address: string
  readonly scheme?: 'http' | 'https'
  readonly host?: string
}

/** What one proxy wrote about who sent it the request. */
interface Hop {
  readonly address: IpAddress | undefined
  readonly scheme?: string | undefined
  readonly host?: string | undefined
}

type IsTrusted = (address: IpAddress) => boolean

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`; undefined for `unknown`, names and anything else. */
const parseNode = (text: string): IpAddress | undefined => {
  const bracketed = /^\[([^\]]*)\](:[\w.-]+)?$/.exec(text)
  if (bracketed) return parseAddress(bracketed[1]!)
  return parseAddress(text) ?? parseAddress(text.replace(/^([\d.]+):[\w.-]+$/, '$1'))
}

const list = (header: string | string[] | undefined): string[] =>
  [header]
    .flat()
    .flatMap((line) => line?.split(',').map((part) => part.trim()) ?? [])
    .filter(Boolean)

/** The value that the proxy `fromRight` hops away wrote. One that only the first proxy writes is alone. */
const entryFor = (values: readonly string[], fromRight: number): string | undefined =>
  values[Math.max(0, values.length - 1 - fromRight)]

/** `X-Forwarded-*`, the nearest hop first. */
const readFields = (headers: IncomingHttpHeaders): Hop[] | undefined => {
  if (headers['x-forwarded-for'] === undefined) return undefined
  const schemes = list(headers['x-forwarded-proto'])
  const hosts = list(headers['x-forwarded-host'])
  const addresses = list(headers['x-forwarded-for']).reverse()
  return addresses.map((text, fromRight) => ({
    address: parseNode(text),
    scheme: entryFor(schemes, fromRight),
    host: entryFor(hosts, fromRight),
  }))
}

// A pair of an element and what comes behind it (RFC 7239, 4), or nothing. Values with colons and brackets are written without quotes by some proxies.
const pairPattern = /\s*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:\\.|[^"\\])*)"|([^",;\s]*))\s*)?([,;]|$)/sy

/** The elements of a `Forwarded` header. Undefined when any part of it is malformed: what a client left open could swallow what a proxy added. */
const parseElements = (header: string): Map<string, string>[] | undefined => {
  const elements = [new Map<string, string>()]
  for (pairPattern.lastIndex = 0; ; ) {
    const match = pairPattern.exec(header)
    if (!match) return undefined
    const [, name, quoted, plain = '', end] = match
    const element = elements.at(-1)!
    if (name && element.has(name.toLowerCase())) return undefined
    if (name) element.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain)
    if (end === '') return elements.filter(({ size }) => size > 0)
    if (end === ',') elements.push(new Map())
  }
}

/** `Forwarded`, the nearest hop first. */
const readForwarded = ({ forwarded }: IncomingHttpHeaders): Hop[] | undefined => {
  if (forwarded === undefined) return undefined
  const elements = parseElements(forwarded) ?? []
  return elements.reverse().map((pairs) => ({
    address: parseNode(pairs.get('for') ?? ''),
    scheme: pairs.get('proto'),
    host: pairs.get('host'),
  }))
}

/** The first hop from our side that is not a trusted proxy. Behind something that is no address nobody is known: the proxy that wrote it is the last one
 *  that is. When all are ours, the farthest is the caller. */
const callerAmong = (hops: readonly Hop[], isTrusted: IsTrusted): Hop | undefined => {
  let farthest: Hop | undefined
  for (const hop of hops) {
    if (!hop.address) return farthest
    farthest = hop
    if (!isTrusted(hop.address)) return hop
  }
  return farthest
}

const sameCaller = (one: Hop | undefined, other: Hop | undefined): boolean =>
  one?.address?.toString() === other?.address?.toString()

const describe = (address: string, hop: Hop | undefined): Forwarded => {
  const scheme = hop?.scheme?.toLowerCase()
  const host = hop?.host
  return {
    address,
    ...((scheme === 'http' || scheme === 'https') && { scheme }),
    ...(host !== undefined && isHost(host) && { host }),
  }
}

/** Peers send many requests each. */
const peersRemembered = 1_000

/**
 * Reads who sent a request. Only what proxies of the given networks wrote counts: headers that came from elsewhere are ignored.
 *
 * A proxy adds to one of `X-Forwarded-For` and `Forwarded` and hands the other on as its client sent it. So when both are there and name different
 * callers, neither counts, and the caller is the proxy itself.
 */
export const forwardedReader = (networks: readonly string[]) => {
  const isTrusted = networkTest(networks)
  const peers = new LRUCache<string, { address: string; isProxy: boolean }>({
    ...atMost(peersRemembered),
    memoMethod: (peer) => {
      const near = parseAddress(peer)
      return { address: near?.toString() ?? peer, isProxy: near !== undefined && isTrusted(near) }
    },
  })
  return (peer: string | undefined, headers: IncomingHttpHeaders): Forwarded => {
    const { address, isProxy } = peers.memo(peer ?? '')
    if (!isProxy) return { address }
    const chains = [readFields(headers), readForwarded(headers)].filter((chain) => chain !== undefined)
    const callers = chains.map((chain) => callerAmong(chain, isTrusted))
    const [caller] = callers
    if (!caller?.address || !callers.every((other) => sameCaller(caller, other))) {
      return describe(address, schemeAlone(headers, chains.length))
    }
    return describe(caller.address.toString(), caller)
  }
}

/** A proxy may say how it was reached without naming the caller. */
const schemeAlone = (headers: IncomingHttpHeaders, chains: number): Hop | undefined =>
  chains > 0
    ? undefined
    : {
        address: undefined,
        scheme: list(headers['x-forwarded-proto']).at(-1),
        host: list(headers['x-forwarded-host']).at(-1),
      }
