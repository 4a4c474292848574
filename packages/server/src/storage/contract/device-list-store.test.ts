import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { deviceListStoreContract } from './device-list-store.ts'

describe('the store of device lists', () => withDatabases(deviceListStoreContract))
