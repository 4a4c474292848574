import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { backlogStoreContract } from './backlog-store.ts'

describe('backlog store', () => withDatabases(backlogStoreContract))
