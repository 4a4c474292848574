import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InboundItem } from '@switchboard/engine'
import { newHost, open, type RecordingHost, reopen } from '@switchboard/engine/contract'
import { type SandboxHarness, withSandboxHarness } from './testing/sandbox-harness.ts'

const chats = 300
const messages = 20

type Item = Extract<InboundItem, { kind: 'history' }>

const isHistory = (item: InboundItem): item is Item => item.kind === 'history'

describe('history that is too large for a message', () => {
  let harness: SandboxHarness
  withSandboxHarness((started) => {
    harness = started
  })

  /** A phone with a long past links a device, which has not connected yet. */
  async function linkedToLongPast(name: string) {
    const phone = await harness.sandbox.phone({ name })
    phone.history.seed({ chats, messages, seed: 7 })
    const host = newHost()
    await open(harness, host)
    await phone.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const ids = () => host.items.filter(isHistory).flatMap(({ conversations }) => conversations.flatMap(idsOf))
    const has = (type: string) => host.items.some((item) => isHistory(item) && item.syncType === type)
    const isComplete = () => ids().length >= chats * messages && has('PUSH_NAME') && has('NON_BLOCKING_DATA')
    const complete = () => host.until(() => isComplete() || undefined, 'the whole past')
    return { host, ids, complete, phone }
  }

  const idsOf = (conversation: Item['conversations'][number]) => conversation.messages.map(({ id }) => id)
  const stored = () => {
    const { files, links } = harness.sandbox.world.media.snapshot()
    const blobs = new Set(links.flatMap(({ kind, hash }) => (kind === 'md-msg-hist' ? [hash] : [])))
    return files.filter(({ hash }) => blobs.has(hash))
  }
  const notes = async (host: RecordingHost) => (await host.credentials.loadAll('history')).size

  const happened = (type: string) =>
    harness.sandbox.world.log.since().filter((event) => event.type === type && event.data['kind'] === 'md-msg-hist')

  it('is fetched from the media host, each message once, and removed there', async () => {
    const { host, ids, complete } = await linkedToLongPast('Lola')
    const session = await reopen(harness, host)
    await complete()
    const fetched = happened('media.downloaded').length
    assert.ok(fetched > 0, 'none of it went over the media host')
    await harness.sandbox.world.log.until(() => happened('media.deleted').length === fetched)
    assert.deepEqual([ids().length, new Set(ids()).size], [chats * messages, chats * messages])
    assert.deepEqual(stored(), [])
    // With the nonce of the companion, which the media host compared.
    assert.ok(happened('media.deleted').every(({ data }) => data['by_handle'] === true))
    await session.close()
    assert.equal(await notes(host), 0)
  })

  it('is taken all the same when the media host refuses to remove it', async () => {
    const { host, ids, complete, phone } = await linkedToLongPast('Luca')
    const removed = happened('media.deleted').length
    host.credentials.beforeSave = (writes) => {
      if (writes.some(({ kind }) => kind === 'companion-nonce')) phone.account.person.historyNonce = 'another'
    }
    const session = await reopen(harness, host)
    await complete()
    await harness.sandbox.world.log.until(
      ({ type, data }) => type === 'media.refused' && data['method'] === 'DELETE' && data['status'] === 403,
    )
    assert.equal(new Set(ids()).size, chats * messages)
    assert.deepEqual([happened('media.deleted').length, stored().length > 0], [removed, true])
    await session.close()
  })

  it('of a group, shared by a member, is fetched with the next connection when it could not be before', async () => {
    const [phone, friend] = await Promise.all(['Lea', 'Leo'].map((name) => harness.sandbox.phone({ name })))
    const host = newHost()
    await open(harness, host)
    await phone!.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const session = await reopen(harness, host)
    const group = await friend!.groups.create({ subject: 'Old', history: true })
    const { id } = await group.send({ text: 'long ago' })
    const { media } = harness.sandbox.world
    const bundles = () => {
      const { files, links } = media.snapshot()
      const wanted = new Set(links.flatMap(({ kind, hash }) => (kind === 'group-history' ? [hash] : [])))
      return files.filter(({ hash }) => wanted.has(hash))
    }
    const spoilt: { bytes: Uint8Array }[] = []
    host.credentials.beforeSave = (writes) => {
      if (spoilt.length > 0 || !writes.some(({ kind, value }) => kind === 'group_history' && value)) return
      for (const file of bundles()) {
        file.bytes[40]! ^= 1
        spoilt.push(file)
      }
    }
    await group.add([phone!.jid])
    const noted = async () => (await host.credentials.loadAll('group_history')).size
    await host.until(
      ({ items }) => items.some((item) => item.kind === 'message' && item.view.type === 'history_notice') || undefined,
      'the notice',
    )
    assert.deepEqual([spoilt.length, await noted()], [1, 1])
    await session.close()
    for (const file of spoilt) file.bytes[40]! ^= 1
    const again = await reopen(harness, host)
    const past = await host.until(
      ({ items }) => items.find((item): item is Item => isHistory(item) && item.syncType === 'GROUP_HISTORY'),
      'the past',
    )
    assert.deepEqual(past.conversations.flatMap(idsOf), [id])
    await again.close()
    assert.equal(await noted(), 0)
  })

  it('is refused when a byte of it was changed, and fetched again with the next connection', async () => {
    const { host, ids, complete } = await linkedToLongPast('Lupe')
    const whole = new Set(stored())
    const spoilt = () => stored().filter((file) => !whole.has(file))
    const flipped = new Set<object>()
    // A note is stored before its blob is asked for.
    host.credentials.beforeSave = (writes) => {
      if (!writes.some(({ kind, value }) => kind === 'history' && value)) return
      for (const file of spoilt()) {
        if (!flipped.has(file)) file.bytes[40]! ^= 1
        flipped.add(file)
      }
    }
    const session = await reopen(harness, host)
    await harness.sandbox.world.log.until(() => flipped.size > 0)
    await session.close()
    assert.ok(ids().length < chats * messages)
    assert.ok((await notes(host)) > 0)
    host.credentials.beforeSave = () => {}
    for (const file of spoilt()) if (flipped.has(file)) file.bytes[40]! ^= 1
    const again = await reopen(harness, host)
    await complete()
    assert.equal(new Set(ids()).size, ids().length)
    await again.close()
    assert.equal(await notes(host), 0)
  })
})
