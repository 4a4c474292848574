import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { webhookStoreContract } from './webhook-store.ts'

describe('webhook store', () => withDatabases(webhookStoreContract))
