import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { contentKeysContract } from './content-keys.ts'

describe('ContentKeys', () => withDatabases(contentKeysContract))
