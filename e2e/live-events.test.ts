import { describeLiveReaders } from './steps/live-story.ts'
import { sqliteStore } from './steps/stores.ts'

describeLiveReaders('SQLite', sqliteStore)
