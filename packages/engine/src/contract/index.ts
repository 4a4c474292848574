import { after, before, describe } from 'node:test'
import { durabilityContract } from './durability-contract.ts'
import type { EngineHarness } from './harness.ts'
import { linkingContract } from './linking-contract.ts'
import { messagingContract } from './messaging-contract.ts'

export type { ContractPhone, EngineHarness, ShownMessage } from './harness.ts'
export { MemoryCredentials } from './memory-credentials.ts'
export { RecordingHost } from './recording-host.ts'
export { type ContractDevice, linked, newHost, open, reopen, sendText } from './steps.ts'

/** What every engine must do, as tests: call it in a test file of the engine, with a world to test against. */
export function engineContract(makeHarness: () => Promise<EngineHarness>): void {
  describe('an engine', () => {
    let made: EngineHarness | undefined
    const harness = (): EngineHarness => {
      if (!made) throw new Error('the harness is not up')
      return made
    }
    before(async () => {
      made = await makeHarness()
    })
    after(async () => {
      await made?.engine.close()
      await made?.close()
    })
    describe('linking', () => linkingContract(harness))
    describe('messaging', () => messagingContract(harness))
    describe('durability', () => durabilityContract(harness))
  })
}
