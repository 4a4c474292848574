import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { createTokens } from './tokens.ts'

const secret = 'a secret of a test that has enough characters'
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token by hand, to forge what the library would not sign. */
function forge(header: object, claims: object, options: { key?: string; hash?: string } = {}): string {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${createHmac(options.hash ?? 'sha256', options.key ?? secret)
    .update(text)
    .digest('base64url')}`
}

describe('device tokens', () => {
  let now = 1_700_000_000_999
  const tokens = createTokens({ secret, now: () => now })
  const device = { id: '5f0c3a56-95a6-4a0f-a7a9-4f0f6f3f0a11', apiKeyId: 7, jid: '49170:3@s.whatsapp.net', version: 2 }
  const claims = { device_id: device.id, sub: device.id, version: 2 }
  const header = { alg: 'HS256', typ: 'JWT' }

  it('carry the claims of the contract and no expiry', () => {
    const token = tokens.create(device)
    const [head, body] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
    assert.equal(JSON.parse(head!).alg, 'HS256')
    assert.deepEqual(JSON.parse(body!), {
      device_id: device.id,
      api_key_id: 7,
      jid: device.jid,
      version: 2,
      sub: device.id,
      iat: 1_700_000_000,
      nbf: 1_700_000_000,
    })
    assert.deepEqual(tokens.read(token), { deviceId: device.id, version: 2, endsAt: Number.POSITIVE_INFINITY })
  })

  it('leave the address out while it is not known', () => {
    const body = tokens.create({ ...device, jid: null }).split('.')[1]!
    assert.equal('jid' in JSON.parse(Buffer.from(body, 'base64url').toString()), false)
  })

  it('are read when an older server made them', () => {
    assert.deepEqual(tokens.read(forge(header, { ...claims, api_key_id: 7, iat: 1, nbf: 1 })), {
      deviceId: device.id,
      version: 2,
      endsAt: Number.POSITIVE_INFINITY,
    })
  })

  it('are refused under another algorithm, another key or without a signature', () => {
    assert.equal(tokens.read(forge({ ...header, alg: 'HS384' }, claims, { hash: 'sha384' })), undefined)
    assert.equal(tokens.read(forge({ ...header, alg: 'HS512' }, claims, { hash: 'sha512' })), undefined)
    assert.equal(tokens.read(forge(header, claims, { key: `${secret}!` })), undefined)
    assert.equal(tokens.read(`${encode({ ...header, alg: 'none' })}.${encode(claims)}.`), undefined)
    for (const text of ['', 'a.b.c', 'x'.repeat(10_000)]) assert.equal(tokens.read(text), undefined)
  })

  it('are refused when they are not about one device and one version', () => {
    for (const wrong of [{ sub: 'another' }, { version: '2' }, { version: 1.5 }, { device_id: 7, sub: 7 }]) {
      assert.equal(tokens.read(forge(header, { ...claims, ...wrong })), undefined)
    }
  })

  it('are refused before their time, give or take a minute, and after it', () => {
    const seconds = now / 1000
    assert.ok(tokens.read(forge(header, { ...claims, nbf: seconds + 59 })))
    assert.equal(tokens.read(forge(header, { ...claims, nbf: seconds + 61 })), undefined)
    assert.equal(tokens.read(forge(header, { ...claims, nbf: 'soon' })), undefined)
    assert.equal(tokens.read(forge(header, { ...claims, exp: 1_600_000_000 })), undefined)
    assert.equal(tokens.read(forge(header, { ...claims, exp: 'never' })), undefined)
    const later = forge(header, { ...claims, nbf: seconds + 100 })
    now += 100_000
    assert.ok(tokens.read(later))
  })

  it('count when the clock was ahead as they were made, and was set right since', () => {
    const token = tokens.create(device)
    now -= 3_600_000
    assert.deepEqual(createTokens({ secret, now: () => now }).read(token), {
      deviceId: device.id,
      version: 2,
      endsAt: Number.POSITIVE_INFINITY,
    })
    now += 3_600_000
  })

  it('are refused when a single character of a genuine one was changed', () => {
    const token = tokens.create(device)
    assert.ok(tokens.read(token))
    for (let place = 0; place < token.length - 1; place += 7) {
      const other = token[place] === 'A' ? 'B' : 'A'
      assert.equal(tokens.read(`${token.slice(0, place)}${other}${token.slice(place + 1)}`), undefined)
    }
  })

  it('end after the time that the operator set, also when they were read before', () => {
    const short = createTokens({ secret, ttlMs: 90_000, now: () => now })
    const token = short.create(device)
    assert.ok(short.read(token))
    now += 89_000
    assert.ok(short.read(token))
    now += 1_000
    assert.equal(short.read(token), undefined)
    assert.equal(createTokens({ secret, now: () => now }).read(token), undefined)
  })

  it('count under a former key, and are signed with the present one', () => {
    const next = 'the next secret of a test, long enough as well'
    const token = tokens.create(device)
    const rotated = createTokens({ secret: next, formerSecrets: ['another one', secret], now: () => now })
    assert.deepEqual(rotated.read(token), { deviceId: device.id, version: 2, endsAt: Number.POSITIVE_INFINITY })
    assert.equal(tokens.read(rotated.create(device)), undefined)
    assert.equal(createTokens({ secret: next, now: () => now }).read(token), undefined)
  })
})
