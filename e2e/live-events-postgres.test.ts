import { describeLiveReaders } from './steps/live-story.ts'
import { postgresStore } from './steps/stores.ts'

describeLiveReaders('PostgreSQL', postgresStore)
