import { describeKills } from './steps/kill-story.ts'
import { sqliteStore } from './steps/stores.ts'

describeKills({ name: 'SQLite', openStore: sqliteStore, kills: 6, accounts: 5, friends: 3 })
