import { withDatabases } from '../testing/with-databases.ts'
import { labelStoreContract } from './label-store.ts'

withDatabases(labelStoreContract)
