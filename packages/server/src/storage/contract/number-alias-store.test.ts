import { withDatabases } from '../testing/with-databases.ts'
import { numberAliasStoreContract } from './number-alias-store.ts'

withDatabases(numberAliasStoreContract)
