import { allDevices } from '../cluster/all-devices.ts'
import { LocalNews } from '../cluster/local-news.ts'
import { createEventLog } from '../eventlog/create-event-log.ts'
import { noObserver } from '../observe/observer.ts'
import { openDatabase } from '../storage/open-database.ts'
import { createKeyring } from '../storage/sealing/keyring.ts'
import { createWebhooks } from './create-webhooks.ts'

/** What the parent of this process hands over. */
export interface Orders {
  readonly file: string
  readonly masterKey: string
  readonly devices: readonly string[]
  /** Number of the first event of each device. */
  readonly from: number
}

// Its parent ended: so does it.
process.once('disconnect', () => process.exit())
// Raises and delivers events as fast as it can and says which are committed, until it is killed.
const orders: Orders = JSON.parse(process.argv[2] ?? '')
const database = await openDatabase({ type: 'sqlite', file: orders.file })
const eventLog = createEventLog({ database })
const keyring = createKeyring(database, [Buffer.from(orders.masterKey, 'hex')])
const webhooks = createWebhooks({
  database,
  eventLog,
  keyring,
  own: allDevices(database, 'test'),
  news: new LocalNews(),
  observer: noObserver.webhooks,
  log: { error: (fields, message) => console.error(message, fields) },
  config: {
    webhooks: {
      enabled: true,
      workers: 4,
      retryLimit: 3,
      maxPerDevice: 5,
      retentionDays: 7,
      allowPrivateNetworks: true,
    },
    outboundProxy: { http: undefined, https: undefined, except: undefined },
  },
})
await webhooks.start()
for (let n = orders.from; process.connected && orders.devices.length > 0; n++) {
  await Promise.all(
    orders.devices.map(async (device) => {
      await eventLog.append(device, [{ type: 'message.received', payload: { n } }])
      process.send?.({ device, n })
    }),
  )
}
