import { withDatabases } from '../testing/with-databases.ts'
import { proposalStoreContract } from './proposal-store.ts'

withDatabases(proposalStoreContract)
