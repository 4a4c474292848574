import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger } from '@switchboard/engine'
import { MemoryCredentials, RecordingHost } from '@switchboard/engine/contract'
import type { BinaryNode } from '@switchboard/link'
import fc from 'fast-check'
import { AppStateSync } from '../app-state/app-state-sync.ts'
import { newCreds } from '../credentials/device-creds.ts'
import { DeviceStore } from '../credentials/device-store.ts'
import { PreKeyPool } from '../credentials/pre-key-pool.ts'
import { MediaConnection } from '../media/media-connection.ts'
import { GroupDirectory } from '../outbound/group-directory.ts'
import { PrivacyTokens } from '../outbound/privacy-tokens.ts'
import type { SessionContext } from '../session/session-context.ts'
import { createSharedCaches } from '../shared/shared-caches.ts'
import { TaskQueue } from '../shared/task-queue.ts'
import { DeviceRatchets } from '../signal/device-ratchets.ts'
import { History } from './history.ts'
import { HistoryFiles } from './history-files.ts'
import { InboundMessages } from './inbound-messages.ts'
import { takeReceipt } from './inbound-receipts.ts'

/** The inbound side of a session without a socket: what it would send is kept. */
function makeInbound() {
  const credentials = new MemoryCredentials()
  const host = new RecordingHost(credentials)
  const store = new DeviceStore(credentials, () => {})
  const creds = { ...newCreds(), me: { id: '49:3@s.whatsapp.net', lid: '77:3@lid' } }
  const caches = createSharedCaches(100)
  const sent: BinaryNode[] = []
  const context = {
    caches,
    creds,
    host,
    store,
    serial: '1',
    options: { deviceId: 'x' },
    logger: silentLogger,
    preKeys: new PreKeyPool(),
    uploadIdleMs: 60_000,
    signal: new DeviceRatchets(creds, store, caches, '1'),
    wire: { isOpen: true, send: async (node: BinaryNode) => void sent.push(node) },
    sendsActiveReceipts: () => false,
  } as unknown as SessionContext
  const lane = new TaskQueue(() => {})
  const tokens = new PrivacyTokens(context)
  const appState = new AppStateSync({ context, lane, renamed: () => {}, tokens })
  const files = new HistoryFiles(context, new MediaConnection(context.wire))
  const history = new History({ context, tokens, files, lane, downloads: lane })
  return {
    context,
    host,
    sent,
    messages: new InboundMessages(context, history, new GroupDirectory(context), appState),
  }
}

const address = fc.constantFrom(
  '49@s.whatsapp.net',
  '49:3@s.whatsapp.net',
  '77@lid',
  '12@lid',
  '1-2@g.us',
  'status@broadcast',
  '@',
  '',
  'x@call',
  '5@newsletter',
)
const attrs = fc.record(
  {
    id: fc.string(),
    from: address,
    participant: address,
    recipient: address,
    t: fc.string(),
    sender_pn: address,
    category: fc.constantFrom('peer', ''),
    type: fc.string(),
  },
  { requiredKeys: [] },
)
const enc = fc.record({
  tag: fc.constantFrom('enc', 'unavailable', 'plaintext', 'list'),
  attrs: fc.record(
    { type: fc.constantFrom('msg', 'pkmsg', 'skmsg', 'msmsg', 'what'), v: fc.constantFrom('2', '3', '') },
    { requiredKeys: [] },
  ),
  content: fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.string(), fc.constant(undefined)),
})
const stanza = fc.record({
  tag: fc.constant('message'),
  attrs,
  content: fc.oneof(fc.array(enc, { maxLength: 3 }), fc.string(), fc.constant(undefined)),
})

describe('stanzas that no server would send', () => {
  it('are answered, never thrown over, and never taken for messages', async () => {
    const { context, host, sent, messages } = makeInbound()
    await fc.assert(
      fc.asyncProperty(stanza, async (node) => {
        const before = sent.length
        await messages.handle(node as BinaryNode)
        assert.ok(sent.length > before)
        await takeReceipt({ ...node, tag: 'receipt' } as BinaryNode, context)
      }),
      { numRuns: 300 },
    )
    const read = host.items.filter((item) => item.kind === 'message' && !item.chat.jid.endsWith('newsletter'))
    assert.deepEqual(
      read.filter((item) => item.kind === 'message' && item.fromMe),
      [],
    )
    await context.preKeys.close()
  })
})
