import type { Session, WebVersion } from '@switchboard/engine'
import type { Held } from './durable-session.ts'
import { openProxyUrl } from './proxy-url.ts'
import type { SessionDependencies } from './session-dependencies.ts'
import { createSessionHost, type HostCallbacks } from './session-host.ts'
import type { SessionListener } from './sessions.ts'

interface OpenParts {
  readonly deviceId: string
  readonly dependencies: SessionDependencies
  readonly listener: () => SessionListener
  readonly version: WebVersion
}

/** Opens a connection with everything that is set for the device: its proxy before the server's, passive mode, receipts. */
export async function openSession(parts: OpenParts, held: Held, callbacks: HostCallbacks): Promise<Session> {
  const { deviceId, dependencies, version } = parts
  const { row, credentials } = held
  const host = createSessionHost({ ...parts, ...held, ...callbacks })
  const { engine, endpoints, config, keyring, proxyLookup } = dependencies
  const ownProxy = await openProxyUrl(keyring, deviceId, row.proxy_url_sealed)
  const proxyUrl = ownProxy ?? config.whatsapp.proxyUrl
  return engine.open({
    deviceId,
    credentials,
    endpoints,
    host,
    clientName: config.whatsapp.clientName,
    forceActiveReceipts: row.force_active_receipts === 1,
    passive: row.passive === 1,
    ...(proxyUrl && { proxyUrl }),
    // The server's own proxy may well be inside its network.
    ...(ownProxy && proxyLookup && { proxyLookup }),
    version,
  })
}
