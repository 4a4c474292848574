import { describe } from 'node:test'
import { withDatabases } from '../testing/with-databases.ts'
import { credentialStoreContract } from './credential-store.ts'

describe('credential store', () => withDatabases(credentialStoreContract))
