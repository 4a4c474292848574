import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { connect, nkeys } from '@nats-io/transport-node'
import { silentLogger } from '@switchboard/engine'
import { ConfigError } from '../../config/config-error.ts'
import { startNats, type TestNats, withoutNats } from '../../testing/start-nats.ts'
import { until } from '../../testing/until.ts'
import { BusError, subjectPart } from './bus.ts'
import { NatsBus } from './nats-bus.ts'
import type { NatsSettings } from './nats-settings.ts'
import { ClusterSeal, clusterKey } from './seal.ts'

const key = clusterKey(new Uint8Array(32).fill(7), 'bus')
const bytes = (text: string) => Buffer.from(text)

const settingsOf = (urls: readonly string[], more: Partial<NatsSettings> = {}): NatsSettings => ({
  ...{ urls, user: undefined, password: undefined, token: undefined, credsFile: undefined, nkeyFile: undefined },
  tls: { caFile: undefined, certFile: undefined, keyFile: undefined },
  ...more,
})

const open = (settings: NatsSettings, seal = new ClusterSeal(key)) =>
  NatsBus.open({ settings, name: 'test', seal, log: silentLogger, changed: () => {} })

const troubleOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'answered',
    (error: unknown) => (error instanceof BusError ? error.trouble : String(error)),
  )

/** A JWT of NATS: who signs says something of a key. Source: ADR-14 of nats-io/nats-architecture-and-design. */
const signedBy = (signer: nkeys.KeyPair, subject: nkeys.KeyPair, claims: Record<string, unknown>): string => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const nats = { ...claims, version: 2 }
  const body = {
    jti: randomUUID(),
    iat: 1,
    iss: signer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
    nats,
  }
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part(body)}`
  return `${text}.${Buffer.from(signer.sign(Buffer.from(text))).toString('base64url')}`
}

describe('subjectPart', () => {
  it('gives each name one part, and never two names the same', () => {
    assert.equal(subjectPart('0c0d-1e'), '0c0d-1e')
    const names = ['4915@s.whatsapp.net', '4915.s', '4915:1@lid', '+49', 'a b', '_', '_5f_', '*', '>', 'ä', '']
    const parts = names.map(subjectPart)
    assert.equal(new Set(parts).size, names.length)
    for (const part of parts) assert.match(part, /^[A-Za-z0-9_-]+$/)
  })
})

describe('NatsBus', { skip: withoutNats }, () => {
  let nats: TestNats
  before(async () => {
    nats = await startNats('authorization { user: "gateway", password: "p@ss word" }')
  })
  after(() => nats.stop())
  const url = () => `nats://gateway:${encodeURIComponent('p@ss word')}@127.0.0.1:${nats.port}`

  it('asks, is answered, and knows at once that nobody listens', async () => {
    const [one, other] = [await open(settingsOf([url()])), await open(settingsOf([url()]))]
    const end = other.answer('wa.cmd.a', async (data) => bytes(`you said ${data}`))
    await until(
      'the question arrives',
      async () => (await troubleOf(one.ask('wa.cmd.a', bytes(''), 1000))) === 'answered',
    )
    assert.equal(String(await one.ask('wa.cmd.a', bytes('hello'), 1000)), 'you said hello')
    assert.equal(await troubleOf(one.ask('wa.cmd.b', bytes('hello'), 60_000)), 'nobody')
    end()
    await until(
      'nobody listens any more',
      async () => (await troubleOf(one.ask('wa.cmd.a', bytes(''), 60_000))) === 'nobody',
    )
    await Promise.all([one.close(), other.close()])
  })

  it('hears nothing of whoever has another key, shows nothing to the server, and takes no question twice', async () => {
    const settings = settingsOf([url()])
    const ours = await open(settings)
    const heard: string[] = []
    ours.subscribe('wa.news', (data) => heard.push(String(data)))
    let answered = 0
    ours.answer('wa.cmd.c', async () => bytes(String(++answered)))
    const stranger = await open(settings, new ClusterSeal(clusterKey(new Uint8Array(32), 'bus')))
    const friend = await open(settings)
    const wire = await connect({ servers: `127.0.0.1:${nats.port}`, user: 'gateway', pass: 'p@ss word' })
    const seen: Uint8Array[] = []
    wire.subscribe('wa.>', { callback: (_, { data }) => void seen.push(data) })
    await wire.flush()
    assert.equal(await troubleOf(stranger.ask('wa.cmd.c', bytes('open'), 300)), 'lost')
    stranger.publish('wa.news', bytes('from a stranger'))
    friend.publish('wa.news', bytes('a secret'))
    await until('the friend is heard', () => heard.length > 0)
    assert.deepEqual(heard, ['a secret'])
    assert.equal(String(await friend.ask('wa.cmd.c', bytes('once'), 1000)), '1')
    await wire.flush()
    assert.ok(seen.length >= 3)
    assert.ok(!seen.some((data) => Buffer.from(data).includes('secret')))
    wire.publish('wa.cmd.c', seen.at(-1)!, { reply: 'wa.copy' })
    await wire.flush()
    assert.equal(String(await friend.ask('wa.cmd.c', bytes('twice'), 1000)), '2')
    await Promise.all([ours.close(), stranger.close(), friend.close(), wire.close()])
  })

  it('fails at once while the server is gone, and is there again when it is back', async () => {
    const [one, other] = [await open(settingsOf([url()])), await open(settingsOf([url()]))]
    const asked = Promise.withResolvers<void>()
    other.answer('wa.cmd.d', async (data) => {
      if (String(data) === 'quick') return data
      asked.resolve()
      return new Promise(() => {})
    })
    await until('it answers', async () => (await troubleOf(one.ask('wa.cmd.d', bytes('quick'), 1000))) === 'answered')
    const waiting = troubleOf(one.ask('wa.cmd.d', bytes('slow'), 60_000))
    await asked.promise
    await nats.kill()
    assert.equal(await waiting, 'lost')
    assert.equal(await troubleOf(one.ask('wa.cmd.d', bytes('quick'), 60_000)), 'away')
    one.publish('wa.news', bytes('lost'))
    await nats.start()
    await until(
      'it answers again',
      async () => (await troubleOf(one.ask('wa.cmd.d', bytes('quick'), 1000))) === 'answered',
    )
    await Promise.all([one.close(), other.close()])
  })

  it('refuses to start with a password that the server does not know, and waits for a server that is not there', async () => {
    const wrong = settingsOf([`nats://127.0.0.1:${nats.port}`], { user: 'gateway', password: 'wrong-password' })
    await assert.rejects(
      open(wrong),
      (error) => error instanceof ConfigError && !error.message.includes('wrong-password'),
    )
    await nats.kill()
    const early = await open(settingsOf([url()]))
    assert.equal(early.isThere, false)
    await nats.start()
    await until('it connects', () => early.isThere)
    await early.close()
  })

  it('fails within its deadline while the server stands still, and works on when it moves again', async () => {
    const [one, other] = [await open(settingsOf([url()])), await open(settingsOf([url()]))]
    other.answer('wa.cmd.e', async (data) => data)
    await until('it answers', async () => (await troubleOf(one.ask('wa.cmd.e', bytes(''), 1000))) === 'answered')
    nats.pause()
    await until('it stands', async () => (await troubleOf(one.ask('wa.cmd.e', bytes('lost'), 300))) === 'lost')
    assert.equal(await troubleOf(one.ask('wa.cmd.e', bytes('noticed'), 60_000)), 'lost')
    assert.equal(await troubleOf(one.ask('wa.cmd.e', bytes('known'), 60_000)), 'away')
    nats.resume()
    await until('it answers again', async () => (await troubleOf(one.ask('wa.cmd.e', bytes(''), 1000))) === 'answered')
    await Promise.all([one.close(), other.close()])
  })

  it('refuses to start as a user that may not do what nodes do', async () => {
    const narrow = await startNats(
      'authorization { users: [{ user: "a", password: "b", permissions: { publish: "wa.>", subscribe: ["wa.news"] } }] }',
    )
    const at = settingsOf([narrow.url], { user: 'a', password: 'b' })
    await assert.rejects(open(at), (error) => {
      assert.ok(error instanceof ConfigError, String(error))
      assert.match(
        error.message,
        /publish _INBOX.permission, subscription _INBOX.permission, subscription wa.permission/,
      )
      return true
    })
    await narrow.stop()
    const enough = await startNats(
      'authorization { users: [{ user: "a", password: "b", permissions: { publish: ["wa.>", "_INBOX.>"], subscribe: ["wa.>", "_INBOX.>"] } }] }',
    )
    const bus = await open(settingsOf([enough.url], { user: 'a', password: 'b' }))
    assert.equal(bus.isThere, true)
    await bus.close()
    await enough.stop()
  })

  it('shows who it is by the seed of a key, and by a file of credentials', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-nkeys-'))
    const seedFile = (key: nkeys.KeyPair, name: string): string => {
      const file = path.join(folder, name)
      writeFileSync(file, `${Buffer.from(key.getSeed()).toString()}\n`)
      return file
    }
    const [known, stranger] = [nkeys.createUser(), nkeys.createUser()]
    const byKey = await startNats(`authorization { users: [{ nkey: ${known.getPublicKey()} }] }`)
    const bus = await open(settingsOf([byKey.url], { nkeyFile: seedFile(known, 'known.nk') }))
    assert.equal(bus.isThere, true)
    await assert.rejects(open(settingsOf([byKey.url], { nkeyFile: seedFile(stranger, 'stranger.nk') })), ConfigError)
    await bus.close()
    await byKey.stop()

    const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()]
    const ofOperator = signedBy(operator, operator, { type: 'operator' })
    const limits = { subs: -1, data: -1, payload: -1, conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true }
    const ofAccount = signedBy(operator, account, { type: 'account', limits })
    const byJwt = await startNats(
      `operator: ${ofOperator}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${ofAccount} }`,
    )
    const credsOf = (signer: nkeys.KeyPair, name: string): string => {
      const file = path.join(folder, name)
      const jwt = signedBy(signer, user, { type: 'user', subs: -1, data: -1, payload: -1 })
      const seed = Buffer.from(user.getSeed()).toString()
      const block = (what: string, text: string) => `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n`
      writeFileSync(file, `${block('NATS USER JWT', jwt)}\n${block('USER NKEY SEED', seed)}`)
      return file
    }
    const two = await Promise.all(
      [1, 2].map(() => open(settingsOf([byJwt.url], { credsFile: credsOf(account, 'node.creds') }))),
    )
    two[1]!.answer('wa.cmd.f', async (data) => data)
    await until('it answers', async () => (await troubleOf(two[0]!.ask('wa.cmd.f', bytes('a'), 1000))) === 'answered')
    const foreign = settingsOf([byJwt.url], { credsFile: credsOf(nkeys.createAccount(), 'foreign.creds') })
    await assert.rejects(open(foreign), ConfigError)
    await Promise.all(two.map((each) => each.close()))
    await byJwt.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('speaks TLS, shows its certificate, and trusts the given authority alone', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-tls-'))
    const file = (name: string) => path.join(folder, name)
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority', '-days', '2')
    writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1')
    for (const name of ['server', 'client']) {
      openssl('req', ...ec, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
      openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`)
    }
    const guarded = await startNats(
      `tls { cert_file: "${file('server.pem')}", key_file: "${file('server.key')}", ca_file: "${file('ca.pem')}", verify: true }`,
    )
    const at = [`tls://127.0.0.1:${guarded.port}`]
    const tls = { caFile: file('ca.pem'), certFile: file('client.pem'), keyFile: file('client.key') }
    const bus = await open(settingsOf(at, { tls }))
    assert.equal(bus.isThere, true)
    const untrusting = await open(settingsOf(at))
    assert.equal(untrusting.isThere, false)
    await assert.rejects(open(settingsOf(at, { tls: { ...tls, caFile: file('none.pem') } })), ConfigError)
    const plain = await open(settingsOf([`tls://gateway:secret@127.0.0.1:${nats.port}`]))
    assert.equal(plain.isThere, false, 'nothing is said to a server without TLS')
    await Promise.all([bus.close(), untrusting.close(), plain.close()])
    await guarded.stop()
    rmSync(folder, { recursive: true, force: true })
  })
})
