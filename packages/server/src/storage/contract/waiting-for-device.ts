import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { it } from 'node:test'
import { CallStore } from '../call-store.ts'
import { ChannelWatchStore } from '../channel-watch-store.ts'
import { DueSendStore } from '../due-send-store.ts'
import { PresenceSubscriptionStore } from '../presence-subscription-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'
import { waitingForDevice } from '../waiting-for-device.ts'

/** What waits for a device that connects. */
export function waitingForDeviceContract(open: OpenTestDatabase): void {
  it('tells of each kind whether there is something, for this device alone', async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database, { id: randomUUID() })
    const { deviceId: other } = await insertSampleDevice(database, { id: randomUUID() })
    const nothing = { presences: false, channels: false, calls: false, sends: false }
    const look = () => waitingForDevice(database, deviceId)
    assert.deepEqual(await look(), nothing)
    await new PresenceSubscriptionStore(database).add(deviceId, '49@s.whatsapp.net', 1)
    assert.deepEqual(await look(), { ...nothing, presences: true })
    await new ChannelWatchStore(database).add(deviceId, '120@newsletter', 1)
    assert.deepEqual(await look(), { ...nothing, presences: true, channels: true })
    const call = {
      ...{ device_id: deviceId, id: 'C', creator: '49@s.whatsapp.net', creator_device: '49:1@s.whatsapp.net' },
      ...{ group_jid: null, video: 0, is_group: 0, offered_at: 1 },
    }
    const calls = new CallStore(database)
    const fault = () => new Error('it is there')
    await database.commit([calls.add({ ...call, state: 'ringing' }, fault)])
    assert.equal((await look()).calls, false)
    await database.commit([calls.move(deviceId, 'C', ['ringing'], 'to_reject', fault)])
    assert.equal((await look()).calls, true)
    const due = { device_id: deviceId, message_id: 'M', chat: '49@s.whatsapp.net', text: 'busy', created_at: 1 }
    await database.commit([new DueSendStore(database).add(due)])
    assert.deepEqual(await look(), { presences: true, channels: true, calls: true, sends: true })
    assert.deepEqual(await waitingForDevice(database, other), nothing)
  })
}
