import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { waitingForDeviceContract } from './waiting-for-device.ts'

describe('what waits for a device', () => withDatabases(waitingForDeviceContract))
