import { withDatabases } from '../testing/with-databases.ts'
import { markStoreContract } from './mark-store.ts'

withDatabases(markStoreContract)
