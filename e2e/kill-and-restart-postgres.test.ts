import { describeKills } from './steps/kill-story.ts'
import { postgresStore } from './steps/stores.ts'

describeKills({ name: 'PostgreSQL', openStore: postgresStore, kills: 4, accounts: 5, friends: 3 })
