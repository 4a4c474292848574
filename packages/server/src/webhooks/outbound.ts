import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { buildConnector, Dispatcher } from 'undici'
import { whenAsked } from '../when-asked.ts'
import { isPublicAddress } from './public-address.ts'
import { AddressRefusedError, publicLookup } from './public-lookup.ts'

export interface OutboundOptions {
  readonly allowPrivateNetworks: boolean
  /** Connections to one origin at a time. */
  readonly connectionsPerOrigin: number
  readonly connectTimeoutMs: number
  /** How long a connection waits for its next request; a few seconds when absent. A server that names its own time, or closes it, is obeyed. */
  readonly keptOpenMs?: number
  readonly proxy?: {
    readonly http: string | undefined
    readonly https: string | undefined
    readonly except: string | undefined
  }
}

/** How requests leave to addresses that strangers chose. */
export interface Outbound {
  /** Made, and the client loaded, for the first request. */
  dispatcher(): Dispatcher | Promise<Dispatcher>
  /** Judges a host where a proxy will do the connecting, so that our own connector never sees its address. Undefined: nothing to judge.
   *  @throws AddressRefusedError */
  check(url: string | URL): Promise<void> | undefined
  close(): Promise<void>
}

function guardedConnector(options: OutboundOptions, build: typeof buildConnector): buildConnector.connector {
  const connect = build({
    timeout: options.connectTimeoutMs,
    ...(!options.allowPrivateNetworks && { lookup: publicLookup }),
  } as buildConnector.BuildOptions)
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, '')
    // A literal address is never looked up.
    if (!options.allowPrivateNetworks && isIP(host) && !isPublicAddress(host)) {
      return callback(new AddressRefusedError(`${host} is not a public address`), null)
    }
    return connect(target, callback)
  }
}

async function checkResolved(url: URL): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host)
    ? [host]
    : // A name that only the proxy can resolve is the proxy's to judge.
      await lookup(host, { all: true }).then(
        (found) => found.map(({ address }) => address),
        () => [],
      )
  if (!addresses.every(isPublicAddress)) throw new AddressRefusedError(`${host} is not public`)
}

export function createOutbound(options: OutboundOptions): Outbound {
  const { http = '', https = '', except = '' } = options.proxy ?? {}
  let made: Dispatcher | undefined
  let closed = false
  const dispatcher = whenAsked(async () => {
    const { Agent, buildConnector, EnvHttpProxyAgent } = await import('undici')
    const connect = guardedConnector(options, buildConnector)
    const { connectionsPerOrigin: connections, keptOpenMs: keepAliveTimeout } = options
    const settings = {
      connect,
      connections,
      pipelining: 1,
      ...(keepAliveTimeout !== undefined && { keepAliveTimeout }),
    }
    made =
      http || https
        ? // Empty texts keep it from reading the environment by itself.
          new EnvHttpProxyAgent({ ...settings, httpProxy: http, httpsProxy: https, noProxy: except })
        : new Agent(settings)
    if (closed) await made.destroy()
    return made
  })
  const proxied = (url: string | URL) => (String(url).startsWith('https:') ? https : http) !== ''
  return {
    dispatcher,
    check: (url) => (!options.allowPrivateNetworks && proxied(url) ? checkResolved(new URL(url)) : undefined),
    close: async () => {
      closed = true
      await made?.destroy()
    },
  }
}
