import { engineContract } from '@switchboard/engine/contract'
import { sandboxHarness } from './testing/sandbox-harness.ts'

engineContract(() => sandboxHarness())
