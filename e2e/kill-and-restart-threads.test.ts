import { describeKills } from './steps/kill-story.ts'
import { sqliteStore } from './steps/stores.ts'

/** Devices in threads of their own. */
const openStore = async () => {
  const store = await sqliteStore()
  return { ...store, env: { ...store.env, SWITCHBOARD_ENGINE_THREADS: '2' } }
}

describeKills({ name: 'SQLite with two threads', openStore, kills: 3, accounts: 4, friends: 2 })
