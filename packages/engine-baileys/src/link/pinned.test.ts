import assert from 'node:assert/strict'
import crypto, { createCipheriv, createHash, pbkdf2Sync } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { describe, it, type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type OpenOptions, type PairingQr, systemClock } from '@switchboard/engine'
import type { BinaryNode, StreamEnd } from '@switchboard/link'
import { StanzaServer } from '@switchboard/link/testing'
import { generateKeyPair } from '@switchboard/signal'
import { type DeviceCreds, newCreds } from '../credentials/device-creds.ts'
import type { DeviceStore } from '../credentials/device-store.ts'
import type { DeviceRatchets } from '../signal/device-ratchets.ts'
import type { Connect } from './connection.ts'
import { connect as connectByLibrary } from './library/library-connection.ts'
import { connect as connectByOwn } from './own-connection.ts'

/** Both links get the same random bytes: the next ones for a size depend on nothing but how often it was asked for. */
function sameRandomness({ mock }: TestContext): void {
  const asked = new Map<number, number>()
  const random = (size: number) => {
    const count = (asked.get(size) ?? 0) + 1
    asked.set(size, count)
    const parts = Array.from({ length: Math.ceil(size / 32) }, (_, part) =>
      createHash('sha256').update(`${size} ${count} ${part}`).digest(),
    )
    return Buffer.concat(parts).subarray(0, size)
  }
  mock.method(crypto, 'randomBytes', random)
  syncBuiltinESMExports()
}

/** The same credentials, as values of their own. */
const copyOf = (creds: DeviceCreds): DeviceCreds => structuredCloneOf(creds)

function structuredCloneOf<T>(value: T): T {
  if (value instanceof Uint8Array) return Buffer.from(value) as unknown as T
  if (Array.isArray(value)) return value.map(structuredCloneOf) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, structuredCloneOf(inner)])) as T
}

async function connectTo(server: StanzaServer, connect: Connect, creds: DeviceCreds) {
  const ended = Promise.withResolvers<StreamEnd>()
  const heard = { stanzas: [] as BinaryNode[], qrs: [] as PairingQr[], changes: 0 }
  const connection = connect({
    creds,
    clock: systemClock,
    store: {} as DeviceStore,
    signal: { book: {} } as DeviceRatchets,
    agent: undefined,
    options: {
      deviceId: 'd',
      clientName: 'Switchboard',
      endpoints: { socketUrl: server.url, noiseRoot: server.root.publicKey },
    } as unknown as OpenOptions,
    listener: {
      opened: () => {},
      heard: () => {},
      stanza: (node) => heard.stanzas.push(node),
      qr: (picture) => heard.qrs.push(picture),
      credsChanged: () => heard.changes++,
      failed: (error) => assert.fail(String(error)),
      ended: ended.resolve,
    },
  })
  const peer = await server.connection()
  await peer.ready()
  return { connection, heard, peer, ended: ended.promise }
}

type Story = (server: StanzaServer, connect: Connect, creds: DeviceCreds) => Promise<object>

/** Plays a story over both links, with the same credentials and the same randomness; both must have said the same. */
async function playedOverBoth(context: TestContext, creds: DeviceCreds, story: Story) {
  const told: object[] = []
  for (const connect of [connectByLibrary, connectByOwn]) {
    const server = await StanzaServer.start()
    context.mock.restoreAll()
    sameRandomness(context)
    try {
      told.push(await story(server, connect, copyOf(creds)))
    } finally {
      context.mock.restoreAll()
      syncBuiltinESMExports()
      await server.close()
    }
  }
  assert.deepEqual(told[1], told[0])
  return told[1]
}

const linkedCreds = (): DeviceCreds => ({
  ...newCreds(),
  me: { id: '4917012345678:9@s.whatsapp.net', lid: '77:9@lid', name: 'Shop @ home' },
  account: { details: Buffer.from('details') },
})

async function eventually(is: () => boolean): Promise<void> {
  while (!is()) await turn()
}

const serverJid = '@s.whatsapp.net'
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('what our own link says', () => {
  it('is what the library says, from the payload to the end of a pairing by code', async (context) => {
    const phone = { identity: generateKeyPair(), ephemeral: generateKeyPair() }
    await playedOverBoth(context, newCreds(), async (server, connect, creds) => {
      const { connection, heard, peer, ended } = await connectTo(server, connect, creds)
      const refs = ['first ref', 'second ref'].map((ref) => ({ tag: 'ref', attrs: {}, content: Buffer.from(ref) }))
      const pairDevice = { tag: 'pair-device', attrs: {}, content: refs }
      peer.send({ tag: 'iq', attrs: { from: serverJid, type: 'set', id: '7', xmlns: 'md' }, content: [pairDevice] })
      await peer.stanza(0)
      await eventually(() => heard.qrs.length > 0)
      const asked = connection.requestPairingCode('4917012345678')
      const { attrs } = await peer.stanza(1)
      peer.send({ tag: 'iq', attrs: { from: serverJid, type: 'result', id: attrs['id'] } })
      const code = await asked
      const finished = connection.takeLinkCode(primaryHello(code, phone))
      const { attrs: finish } = await peer.stanza(2)
      peer.send({ tag: 'iq', attrs: { from: serverJid, type: 'result', id: finish['id'] } })
      await finished
      await peer.stanza(3)
      connection.end()
      await ended
      return {
        payload: hex(peer.payload!),
        said: peer.received.map(hex),
        qrs: heard.qrs,
        code,
        secret: creds.advSecretKey,
      }
    })
  })

  it('is what the library says, from the payload to the settings after a login', async (context) => {
    await playedOverBoth(context, linkedCreds(), async (server, connect, creds) => {
      const { connection, peer, heard, ended } = await connectTo(server, connect, creds)
      peer.send(
        { tag: 'success', attrs: { t: '1790000000', lid: '77:9@lid' } },
        { tag: 'ib', attrs: { from: serverJid }, content: [{ tag: 'offline_preview', attrs: { count: '1' } }] },
        routing('this way'),
      )
      await peer.stanza(0)
      connection.loggedIn()
      await peer.stanza(4)
      const asks = peer.stanzas.find(({ attrs }) => attrs['xmlns'] === 'abt')!
      const props = { tag: 'props', attrs: { hash: 'new hash' } }
      peer.send({ tag: 'iq', attrs: { id: asks.attrs['id'], type: 'result' }, content: [props] })
      await eventually(() => creds.lastPropHash === 'new hash')
      const query = connection.query({ tag: 'iq', attrs: { to: serverJid, type: 'get', xmlns: 'w:p' } })
      await peer.stanza(5)
      connection.end()
      await assert.rejects(query, { code: 'closed' })
      await ended
      return {
        payload: hex(peer.payload!),
        said: peer.received.map(hex),
        heard: heard.stanzas
          .filter(({ tag }) => tag !== 'iq')
          .map(({ tag, attrs }) => ({ tag, attrs }))
          .slice(0, 3),
        routing: creds.routingInfo?.toString(),
        hash: creds.lastPropHash,
      }
    })
  })
})

const routing = (info: string) => ({
  tag: 'ib',
  attrs: { from: serverJid },
  content: [
    {
      tag: 'edge_routing',
      attrs: {},
      content: [{ tag: 'routing_info', attrs: {}, content: Buffer.from(info) }],
    },
  ],
})

/** What a phone says on which the code was typed. */
function primaryHello(
  code: string,
  phone: { identity: { publicKey: Uint8Array }; ephemeral: { publicKey: Uint8Array } },
): BinaryNode {
  const [salt, iv] = [Buffer.alloc(32, 1), Buffer.alloc(16, 2)]
  const cipher = createCipheriv('aes-256-ctr', pbkdf2Sync(code, salt, 131_072, 32, 'sha256'), iv)
  const wrapped = Buffer.concat([salt, iv, cipher.update(phone.ephemeral.publicKey), cipher.final()])
  const part = (tag: string, content: Uint8Array) => ({ tag, attrs: {}, content })
  return {
    tag: 'notification',
    attrs: { id: '99', from: serverJid, type: 'link_code_companion_reg', t: '1790000000' },
    content: [
      {
        tag: 'link_code_companion_reg',
        attrs: { stage: 'primary_hello' },
        content: [
          part('link_code_pairing_wrapped_primary_ephemeral_pub', wrapped),
          part('primary_identity_pub', Buffer.from(phone.identity.publicKey)),
          part('link_code_pairing_ref', Buffer.from('the ref')),
        ],
      },
    ],
  }
}
