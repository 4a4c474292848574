import { AppError } from '../errors/app-error.ts'
import { noteChange } from '../observe/note-change.ts'
import { readSessionRow } from '../storage/session-store.ts'
import { openProxyUrl, sealProxyUrl } from './proxy-url.ts'
import type { SessionDependencies } from './session-dependencies.ts'
import type { SessionSettings } from './sessions.ts'

type Parts = Pick<SessionDependencies, 'database' | 'keyring' | 'clock'>

/** Scheme, host and port: the rest of a proxy's address may be secret. */
const placeOf = (url: string): string => {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}

/** @throws AppError device_not_found */
export async function readSettings({ database, keyring }: Parts, deviceId: string): Promise<SessionSettings> {
  const row = await readSessionRow(database, deviceId)
  return {
    proxyUrl: (await openProxyUrl(keyring, deviceId, row.proxy_url_sealed)) ?? null,
    passive: row.passive === 1,
    forceActiveReceipts: row.force_active_receipts === 1,
  }
}

/** What the audit says of a change. */
const changesOf = ({ proxyUrl, passive, forceActiveReceipts }: Partial<SessionSettings>) => [
  ...(proxyUrl ? [{ action: 'device.proxy_set', detail: placeOf(proxyUrl) }] : []),
  ...(proxyUrl === null ? [{ action: 'device.proxy_cleared' }] : []),
  ...(passive === undefined ? [] : [{ action: 'device.passive_set', detail: String(passive) }]),
  ...(forceActiveReceipts === undefined
    ? []
    : [{ action: 'device.active_receipts_set', detail: String(forceActiveReceipts) }]),
]

/** Makes a change durable; what is absent stays. @throws AppError device_not_found */
export async function storeSettings(
  { database, keyring, clock }: Parts,
  deviceId: string,
  change: Partial<SessionSettings>,
): Promise<void> {
  const { proxyUrl, passive, forceActiveReceipts } = change
  const sealed = proxyUrl ? await sealProxyUrl(keyring, deviceId, proxyUrl) : null
  const update = database.query
    .updateTable('device')
    .set({
      updated_at: clock.now(),
      ...(proxyUrl !== undefined && { proxy_url_sealed: sealed }),
      ...(passive !== undefined && { passive: passive ? 1 : 0 }),
      ...(forceActiveReceipts !== undefined && { force_active_receipts: forceActiveReceipts ? 1 : 0 }),
    })
    .where('id', '=', deviceId)
  const about = { target: deviceId, at: clock.now(), otherwise: `device:${deviceId}` }
  const unit = [
    { query: update.compile(), orElse: () => new AppError('device_not_found') },
    ...changesOf(change).map((noted) => noteChange(database, { ...about, ...noted })),
  ]
  await database.commit(unit, { lane: deviceId })
}
