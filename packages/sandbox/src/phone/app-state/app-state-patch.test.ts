import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodePatches, newLTHashState, proto } from 'baileys-stock'
import { applyPatch } from './app-state-apply.ts'
import { emptyCollection, sealPatch } from './app-state-patch.ts'

const key = { id: new Uint8Array([0, 0, 1, 2, 3, 4]), data: new Uint8Array(32).fill(7) }
const rename = (name: string) => ({
  index: ['setting_pushName'],
  value: { timestamp: 5, pushNameSetting: { name } },
  version: 1,
})

describe('app-state patches', () => {
  it('are accepted by a foreign implementation with every MAC checked, overwrites included', async () => {
    const first = sealPatch(emptyCollection('critical_block'), key, rename('Ana'))
    const second = sealPatch(first.state, key, rename('Ana B'))
    const patches = [first.patch, second.patch].map((bytes, index) => {
      const patch = proto.SyncdPatch.decode(bytes)
      patch.version = { version: index + 1 }
      return patch
    })
    const warnings: unknown[] = []
    const logger = { warn: (...args: unknown[]) => warnings.push(args), trace() {}, debug() {} }
    const decoded = await decodePatches(
      'critical_block',
      patches,
      newLTHashState(),
      async () => ({ keyData: key.data }),
      {},
      undefined,
      logger as never,
      true,
    )
    assert.deepEqual(warnings, [])
    const [mutation] = Object.values(decoded.mutationMap)
    assert.equal(mutation?.syncAction.value?.pushNameSetting?.name, 'Ana B')
    assert.equal(decoded.state.version, 2)
    assert.deepEqual(new Uint8Array(decoded.state.hash), second.state.hash)
  })

  it('are read back, and refused when a byte is changed', () => {
    const { patch, state } = sealPatch(emptyCollection('critical_block'), key, rename('Ana'))
    const applied = applyPatch(emptyCollection('critical_block'), patch, () => key.data)
    assert.equal(applied.actions[0]?.value?.pushNameSetting?.name, 'Ana')
    assert.deepEqual(applied.state, state)
    const forged = Uint8Array.from(patch)
    forged[30] = forged[30]! ^ 1
    assert.throws(() => applyPatch(emptyCollection('critical_block'), forged, () => key.data), /MAC/)
  })
})
