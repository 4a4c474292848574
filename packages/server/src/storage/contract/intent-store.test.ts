import { withDatabases } from '../testing/with-databases.ts'
import { intentStoreContract } from './intent-store.ts'

withDatabases(intentStoreContract)
