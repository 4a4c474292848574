import { withDatabases } from '../testing/with-databases.ts'
import { contactStoreContract } from './contact-store.ts'

withDatabases(contactStoreContract)
