import { withDatabases } from '../testing/with-databases.ts'
import { messageMediaStoreContract } from './message-media-store.ts'

withDatabases(messageMediaStoreContract)
