import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { durabilityContract } from './durability.ts'

describe('durability', () => withDatabases(durabilityContract))
