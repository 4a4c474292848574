import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { eventStoreContract } from './event-store.ts'

describe('event store', () => withDatabases(eventStoreContract))
