import { withDatabases } from '../testing/with-databases.ts'
import { messageStoreContract } from './message-store.ts'

withDatabases(messageStoreContract)
