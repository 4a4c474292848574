import { withDatabases } from '../testing/with-databases.ts'
import { receiptStoreContract } from './receipt-store.ts'

withDatabases(receiptStoreContract)
