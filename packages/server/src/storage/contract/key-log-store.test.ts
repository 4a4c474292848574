import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { keyLogStoreContract } from './key-log-store.ts'

describe('the log of an API key', () => withDatabases(keyLogStoreContract))
