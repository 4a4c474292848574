import { engineContract } from '@switchboard/engine/contract'
import { shardedHarness } from './testing/sharded-harness.ts'

engineContract(() => shardedHarness())
