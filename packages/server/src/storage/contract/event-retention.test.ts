import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { eventRetentionContract } from './event-retention.ts'

describe('retention', () => withDatabases(eventRetentionContract))
