import { after, before, describe } from 'node:test'
import { channelsContract } from './channels-contract.ts'
import { contentContract } from './content-contract.ts'
import { downloadsContract } from './downloads-contract.ts'
import { durabilityContract } from './durability-contract.ts'
import { groupsContract } from './groups-contract.ts'
import type { EngineHarness } from './harness.ts'
import { linkingContract } from './linking-contract.ts'
import { messagingContract } from './messaging-contract.ts'
import { passkeyContract } from './passkey-contract.ts'
import { uploadsContract } from './uploads-contract.ts'

export type { ContractPhone, EngineHarness, ShownMessage } from './harness.ts'
export { MemoryCredentials } from './memory-credentials.ts'
export type { ChannelsPhone } from './phones/channels-phone.ts'
export type { FilesPhone } from './phones/files-phone.ts'
export type { GroupsPhone } from './phones/groups-phone.ts'
export type { MediaPhone, SentFile, SentKind } from './phones/media-phone.ts'
export type { PasskeyPhone, SignatureFlaw } from './phones/passkey-phone.ts'
export { RecordingHost } from './recording-host.ts'
export { type ContractDevice, linked, newHost, open, reopen, sendContent, sendText, tellsOwnName } from './steps.ts'

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
    describe('passkeys', () => passkeyContract(harness))
    describe('messaging', () => messagingContract(harness))
    describe('content', () => contentContract(harness))
    describe('downloads', () => downloadsContract(harness))
    describe('durability', () => durabilityContract(harness))
    describe('groups', () => groupsContract(harness))
    describe('channels', () => channelsContract(harness))
    describe('uploads', () => uploadsContract(harness))
  })
}
