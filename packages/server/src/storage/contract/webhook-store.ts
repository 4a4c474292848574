import assert from 'node:assert/strict'
import { it } from 'node:test'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'
import { ChangedMeanwhile, type FormedChanges, WebhookStore } from '../webhook-store.ts'

const sealed = (byte: number) => new Uint8Array([byte])

async function prepared(open: OpenTestDatabase) {
  const database = await open()
  const { deviceId, apiKeyId } = await insertSampleDevice(database)
  const store = new WebhookStore(database)
  const create = (change: { events?: readonly string[]; active?: boolean; limit?: number } = {}) => {
    const { events = [], active = true, limit = 5 } = change
    return store.create(
      { scope: deviceId, url: 'https://example.com/', secretSealed: sealed(1), events, active },
      limit,
      7,
    )
  }
  return { database, deviceId, apiKeyId, store, create }
}

/** What is promised about registered webhooks. */
export function webhookStoreContract(open: OpenTestDatabase): void {
  it('gives back what was made, with its filter', async () => {
    const { store, create, deviceId, apiKeyId } = await prepared(open)
    const [first, second] = [await create(), await create({ events: ['b', 'a'], active: false })]
    assert.ok(second > first)
    const [one, two] = await store.list(deviceId)
    assert.deepEqual([one?.id, one?.events, one?.active, one?.apiKeyId], [first, [], true, apiKeyId])
    assert.deepEqual([two?.id, two?.events, two?.active, two?.createdAt], [second, ['a', 'b'], false, 7])
    assert.deepEqual(new Uint8Array(two!.secretSealed), sealed(1))
    assert.deepEqual(await store.counts(), { total: 2, active: 1 })
  })

  it('holds the limit of a device, however many ask at once', async () => {
    const { store, create, deviceId } = await prepared(open)
    const results = await Promise.allSettled(Array.from({ length: 9 }, () => create({ events: ['a'], limit: 3 })))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 3)
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    assert.deepEqual(codes, Array(6).fill('webhook_limit_reached'))
    const made = await store.list(deviceId)
    assert.deepEqual(
      made.map(({ events }) => events),
      [['a'], ['a'], ['a']],
    )
  })

  it('changes what is named and nothing else', async () => {
    const { database, store, create, deviceId } = await prepared(open)
    const id = await create({ events: ['a'] })
    await store.update(deviceId, id, { url: 'https://example.com/two' }, 8)
    const [changed] = await store.list(deviceId)
    assert.deepEqual([changed?.url, changed?.events, changed?.active], ['https://example.com/two', ['a'], true])
    await store.update(deviceId, id, { events: ['b', 'c'] }, 9)
    assert.deepEqual((await store.list(deviceId))[0]?.events, ['b', 'c'])
    await database.commit([store.setFailingSince(id, 5), ...store.disable(id, 'gone', 9)])
    const [off] = await store.list(deviceId)
    assert.deepEqual([off?.active, off?.disabledReason, off?.failingSince], [false, 'gone', 5])
    await store.update(deviceId, id, { active: true }, 10)
    const [on] = await store.list(deviceId)
    assert.deepEqual([on?.active, on?.disabledReason, on?.failingSince, on?.updatedAt], [true, null, null, 10])
  })

  it('keeps the form of a webhook, and changes what the form needs together with its secret', async () => {
    const { store, create, deviceId } = await prepared(open)
    await create()
    const common = { scope: deviceId, url: 'https://example.com/', secretSealed: sealed(1), events: [], active: true }
    const id = await store.create({ ...common, format: { kind: 'waha', sealed: sealed(2) } }, 5, 7)
    const [plain, formed] = await store.list(deviceId)
    assert.deepEqual([plain?.format, plain?.formatSealed, formed?.format], [null, null, 'waha'])
    assert.deepEqual(new Uint8Array(formed!.formatSealed!), sealed(2))
    await store.update(deviceId, id, { formed: { formatSealed: sealed(3), secretSealed: sealed(4) } }, 8)
    const [, changed] = await store.list(deviceId)
    assert.deepEqual([...changed!.formatSealed!, ...changed!.secretSealed], [3, 4])
  })

  it('changes those of one form in one unit, or none of them', async () => {
    const { store, create, deviceId } = await prepared(open)
    await create()
    const form = { kind: 'waha', sealed: sealed(2) }
    const wanted = (path: string) => ({
      ...{ scope: deviceId, url: `https://example.com/${path}`, secretSealed: sealed(1), events: ['a'], active: true },
      format: form,
    })
    const ofForm = async () => (await store.list(deviceId)).filter(({ format }) => format === 'waha')
    const change = async (more: Partial<FormedChanges>, limit = 3) =>
      store.changeFormed(
        deviceId,
        { kind: 'waha', read: await ofForm(), removed: [], updated: [], created: [], ...more },
        { limit, at: 9, noted: [] },
      )
    await change({ created: [wanted('one'), wanted('two')] })
    const [one, two] = await ofForm()
    assert.deepEqual([one?.url, two?.url], ['https://example.com/one', 'https://example.com/two'])
    const formed = { formatSealed: sealed(3), secretSealed: sealed(4) }
    const updated = [{ id: one!.id, change: { url: 'https://example.com/three', formed } }]
    // Beyond the limit nothing is changed, not even what came before.
    await assert.rejects(change({ updated, created: [wanted('four')] }), { code: 'webhook_limit_reached' })
    assert.deepEqual(await ofForm(), [one, two])
    // What goes makes room.
    await change({ removed: [two!.id], updated, created: [wanted('four')] })
    const urls = (await ofForm()).map(({ url }) => url)
    assert.deepEqual(urls, ['https://example.com/three', 'https://example.com/four'])
    for (const read of [[], [one!], [one!, two!]])
      await assert.rejects(change({ read, removed: [one!.id] }), ChangedMeanwhile)
    assert.equal((await ofForm()).length, 2)
  })

  it('keeps the previous secret for the time of a rotation', async () => {
    const { store, create, deviceId } = await prepared(open)
    const id = await create()
    await store.rotateSecret(deviceId, id, { sealed: sealed(2), previousUntil: 500, at: 8 })
    const [webhook] = await store.list(deviceId)
    assert.deepEqual(new Uint8Array(webhook!.secretSealed), sealed(2))
    assert.deepEqual(new Uint8Array(webhook!.previousSecretSealed!), sealed(1))
    assert.equal(webhook?.previousSecretUntil, 500)
  })

  it('touches no webhook of another device', async () => {
    const { database, store, create, deviceId } = await prepared(open)
    const { deviceId: other } = await insertSampleDevice(database)
    const id = await create()
    const missing = { code: 'webhook_not_found' }
    await assert.rejects(store.update(other, id, { active: false }, 8), missing)
    await assert.rejects(store.update(other, id, { events: ['a'] }, 8), missing)
    await assert.rejects(store.rotateSecret(other, id, { sealed: sealed(9), previousUntil: 1, at: 8 }), missing)
    await assert.rejects(store.remove(other, id), missing)
    assert.deepEqual(await store.list(other), [])
    const [kept] = await store.list(deviceId)
    assert.deepEqual([kept?.active, kept?.events, [...kept!.secretSealed]], [true, [], [1]])
  })
}
