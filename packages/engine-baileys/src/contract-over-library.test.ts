import { engineContract } from '@switchboard/engine/contract'
import { sandboxHarness, storyEngine } from './testing/sandbox-harness.ts'

engineContract(() => sandboxHarness(storyEngine({ link: 'baileys' })))
