import { withDatabases } from '../testing/with-databases.ts'
import { sendLimitStoreContract } from './send-limit-store.ts'

withDatabases(sendLimitStoreContract)
