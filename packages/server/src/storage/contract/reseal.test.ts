import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { resealContract } from './reseal.ts'

describe('Reseal', () => withDatabases(resealContract))
