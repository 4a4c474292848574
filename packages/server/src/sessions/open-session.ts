import type { Session, SessionHost } from '@switchboard/engine'
import { openProxyUrl } from './proxy-url.ts'
import type { SessionDependencies } from './session-dependencies.ts'
import type { Held } from './session-record.ts'

/** Opens a connection with everything that is set for the device: its proxy before the server's, passive mode, receipts. */
export async function openSession(
  dependencies: SessionDependencies,
  deviceId: string,
  { row, credentials }: Held,
  host: SessionHost,
): Promise<Session> {
  const { engine, endpoints, config, keyring } = dependencies
  const proxyUrl = (await openProxyUrl(keyring, deviceId, row.proxy_url_sealed)) ?? config.whatsapp.proxyUrl
  return engine.open({
    deviceId,
    credentials,
    endpoints,
    host,
    clientName: config.whatsapp.clientName,
    forceActiveReceipts: row.force_active_receipts === 1,
    passive: row.passive === 1,
    ...(proxyUrl && { proxyUrl }),
    ...(config.whatsapp.version && { version: config.whatsapp.version }),
  })
}
