import { withDatabases } from '../testing/with-databases.ts'
import { chatwootStoreContract } from './chatwoot-store.ts'

withDatabases(chatwootStoreContract)
