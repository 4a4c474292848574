import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { contentContract } from './content.ts'

describe('content', () => withDatabases(contentContract))
