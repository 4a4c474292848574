import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, it } from 'node:test'
import { Sandbox } from '../../start-sandbox.ts'
import { serverJid } from '../../wire/jid.ts'
import { textAttr } from '../../wire/node-access.ts'
import { SyncdPatch } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import type { Phone } from '../phone.ts'
import { actions } from './app-state-actions.ts'
import { type AppStateKey, emptyCollection, sealPatch } from './app-state-patch.ts'

describe('what the devices of an account share', () => {
  const started: Sandbox[] = []
  let sandbox: Sandbox
  let ana: Phone
  let ben: Phone
  let companion: Device
  let key: AppStateKey

  beforeEach(async () => {
    sandbox = await Sandbox.start({ seed: 51 })
    started.push(sandbox)
    ana = await sandbox.phone({ name: 'Ana' })
    ben = await sandbox.phone({ name: 'Ben' })
    const identityKey = new Uint8Array(32)
    companion = sandbox.world.addDevice(ana.account, { registrationId: 1, identityKey })
    key = ana.keys.appStateKey
  })
  after(async () => {
    for (const one of started) await one.stop()
  })

  /** A patch as a companion uploads it. */
  const upload = async (name: string, content: Uint8Array, version = 0): Promise<string | undefined> => {
    const patch = { tag: 'patch', attrs: {}, content }
    const collection = { tag: 'collection', attrs: { name, version: String(version) }, content: [patch] }
    const sync = { tag: 'sync', attrs: {}, content: [collection] }
    const attrs = { id: `up-${name}-${version}`, type: 'set', xmlns: 'w:sync:app:state', to: serverJid }
    const answer = await sandbox.world.router.submit(companion, { tag: 'iq', attrs, content: [sync] })
    return answer && textAttr(answer, 'type')
  }
  const pinned = () => sealPatch(emptyCollection('regular_low'), key, actions.pin(ben.lid, true))
  const violation = () => ana.until.event('phone.violation', ({ rule }) => rule === 'app_state')

  it('is taken from a companion whose MACs are right', async () => {
    assert.equal(await upload('regular_low', pinned().patch), 'result')
    await ana.until.event('phone.app_state', ({ by }) => by === 'companion')
    assert.equal(ana.appState.chat(ben.jid).pinned, true)
    assert.deepEqual(ana.violations, [])
  })

  for (const forged of ['value', 'index', 'snapshotMac', 'patchMac', 'keyId'] as const) {
    it(`is refused, and changes nothing, when the ${forged} was tampered with`, async () => {
      const patch = SyncdPatch.decode(pinned().patch)
      const record = patch.mutations![0]!.record!
      const target = { value: record.value!.blob!, index: record.index!.blob!, keyId: record.keyId!.id! }
      const bytes = forged === 'snapshotMac' || forged === 'patchMac' ? patch[forged]! : target[forged]
      bytes[3] = bytes[3]! ^ 1
      assert.equal(await upload('regular_low', SyncdPatch.encode(patch)), 'result')
      await violation()
      assert.equal(ana.appState.chat(ben.jid).pinned, false)
      assert.equal(ana.appState.versionOf('regular_low'), 0)
    })
  }

  it('is refused when it was sealed for another collection or version', async () => {
    const other = sealPatch(emptyCollection('regular'), key, actions.pin(ben.lid, true))
    await upload('regular_low', other.patch)
    await violation()
    assert.equal(ana.appState.versionOf('regular_low'), 0)
  })

  it('is written on top of what a companion wrote meanwhile', async () => {
    const { state, patch } = pinned()
    await upload('regular_low', patch)
    // Not yet told: the phone learns of the conflict from the refusal.
    await ana.appState.archive(ben.jid)
    assert.equal(ana.appState.versionOf('regular_low'), 2)
    assert.deepEqual([ana.appState.chat(ben.jid).pinned, ana.appState.chat(ben.jid).archived], [false, true])
    const late = sealPatch(state, key, actions.pin(ben.lid, false))
    assert.equal(await upload('regular_low', late.patch, 1), 'result')
    assert.equal(ana.appState.versionOf('regular_low'), 2)
  })

  it('holds several changes in one patch, and removals', async () => {
    await ana.appState.saveContact(ben.jid, { fullName: 'Ben B' })
    await ana.appState.archive(ben.jid)
    await ana.appState.removeContact(ben.jid)
    assert.equal(ana.appState.versionOf('regular_low'), 1)
    assert.deepEqual(await ana.appState.checkSnapshot('regular_low'), { version: 1, records: 2 })
    assert.deepEqual(await ana.appState.checkSnapshot('critical_unblock_low'), { version: 2, records: 0 })
  })

  it('notices a snapshot that is not what it wrote', async () => {
    await ana.appState.pin(ben.jid)
    await ana.appState.pin(ben.jid, false)
    const stored = ana.account.appState.get('regular_low')!
    stored.patches.splice(
      1,
      1,
      SyncdPatch.encode({ ...SyncdPatch.decode(stored.patches[0]!), version: { version: 2 } }),
    )
    await assert.rejects(() => ana.appState.checkSnapshot('regular_low'), /MAC of the snapshot/)
  })

  it('survives a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'app-state-'))
    const first = await Sandbox.start({ seed: 52, dataDir })
    const dora = await first.phone({ name: 'Dora' })
    await dora.appState.editLabel('1', { name: 'Work' })
    await dora.appState.setLocale('fr')
    await first.stop()
    const second = await Sandbox.start({ seed: 52, dataDir })
    started.push(second)
    const again = second.findPhone(dora.id)!
    assert.deepEqual(again.appState.labels(), [{ id: '1', name: 'Work', color: 0 }])
    assert.equal(again.appState.settings().locale, 'fr')
    await again.appState.editLabel('1', { name: 'Play' })
    assert.deepEqual(await again.appState.checkSnapshot('regular'), { version: 2, records: 1 })
    after(() => rmSync(dataDir, { recursive: true, force: true }))
  })
})
