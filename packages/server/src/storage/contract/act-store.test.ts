import { withDatabases } from '../testing/with-databases.ts'
import { actStoreContract } from './act-store.ts'

withDatabases(actStoreContract)
