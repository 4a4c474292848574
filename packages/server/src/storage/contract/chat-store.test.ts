import { withDatabases } from '../testing/with-databases.ts'
import { chatStoreContract } from './chat-store.ts'

withDatabases(chatStoreContract)
