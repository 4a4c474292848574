import { withDatabases } from '../testing/with-databases.ts'
import { mediaFileStoreContract } from './media-file-store.ts'

withDatabases(mediaFileStoreContract)
