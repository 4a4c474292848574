import type { TestGateway } from './start-test-gateway.ts'
import { until } from './until.ts'

/** Resolves when everything that follows the linking of a device is stored: its history, its name. From then on nothing changes by itself. */
export const settled = async ({ services }: TestGateway, deviceId: string): Promise<void> => {
  const { query } = services.database
  const told = query.selectFrom('event').select(['type', 'payload']).where('device_id', '=', deviceId)
  const deferred = query.selectFrom('deferred_work').select('id').where('device_id', '=', deviceId)
  await until(`all of device ${deviceId} has arrived`, async () => {
    const events = await told.where('type', 'in', ['history.sync_complete', 'pushname.setting']).execute()
    const named = events.some(({ type }) => type === 'pushname.setting')
    // The last chunk that a phone sends after linking.
    const whole = events.some(({ payload }) => JSON.parse(payload)['sync_type'] === 'RECENT')
    return named && whole && (await deferred.execute()).length === 0
  })
}
