import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { databaseContract } from './database.ts'

describe('Database', () => withDatabases(databaseContract))
