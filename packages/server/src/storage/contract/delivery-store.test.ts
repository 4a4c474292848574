import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { deliveryStoreContract } from './delivery-store.ts'

describe('delivery store', () => withDatabases(deliveryStoreContract))
