import { withDatabases } from '../testing/with-databases.ts'
import { holdingsContract } from './holdings.ts'

withDatabases(holdingsContract)
