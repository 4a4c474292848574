import { withDatabases } from '../testing/with-databases.ts'
import { eraseSubjectContract } from './erase-subject.ts'

withDatabases(eraseSubjectContract)
