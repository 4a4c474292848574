import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { ConfigError } from './config-error.ts'
import { readConfig } from './read-config.ts'
import { settingDetails } from './setting.ts'
import { variables } from './variables.ts'

const complaint = (environment: Record<string, string>): string => {
  try {
    readConfig(environment)
  } catch (error) {
    return (error as Error).message
  }
  return assert.fail(`${JSON.stringify(environment)} was accepted`)
}

describe('readConfig', () => {
  it('gives the documented defaults when nothing is set', () => {
    const config = readConfig({})
    assert.equal(config.http.port, 7001)
    assert.equal(config.http.bodyLimitBytes, 8 * 1024 * 1024)
    assert.deepEqual(config.pacing.typingDelay, { minMs: 1000, maxMs: 3000 })
    assert.equal(config.startup.retries, 3)
    assert.equal(config.webhooks.retryLimit, 3)
    assert.deepEqual(config.storage, {
      type: 'sqlite',
      uri: path.resolve('data/switchboard.db'),
      dataDir: path.resolve('data'),
      sharedDir: path.resolve('data'),
      eventRetentionDays: 30,
      messageRetentionDays: 0,
      auditRetentionDays: 0,
      sealContent: false,
      formerMasterKeys: [],
    })
  })

  it('takes values in the notations of the contract', () => {
    const config = readConfig({
      HTTP_BASE_URL: 'api/v1/',
      HTTP_CORS_ORIGIN: 'https://a.example, https://b.example/',
      WHATSAPP_TYPING_DELAY_MIN: '5s',
      WHATSAPP_AUTO_MARK_READ: 'T',
      WHATSAPP_LOG_LEVEL: 'WARN',
      WHATSAPP_RATE_LIMIT_BURST_SIZE: '50',
      WHATSAPP_DATASTORE_TYPE: 'pgx',
      WHATSAPP_DATASTORE_URI: 'postgres://u:p@localhost/db',
    })
    assert.equal(config.http.basePath, '/api/v1')
    assert.deepEqual(config.http.corsOrigins, ['https://a.example', 'https://b.example'])
    assert.deepEqual(config.pacing.typingDelay, { minMs: 5000, maxMs: 5000 })
    assert.equal(config.pacing.autoMarkRead, true)
    assert.equal(config.whatsapp.logLevel, 'warn')
    assert.equal(config.pacing.rateLimit.burst, 20)
    assert.equal(config.storage.type, 'postgres')
  })

  it('takes a base path with and without slashes at its ends, and nothing that is no path', () => {
    for (const text of ['api', '/api', 'api/', '//api//'])
      assert.equal(readConfig({ HTTP_BASE_URL: text }).http.basePath, '/api')
    for (const text of ['https://host/api', '/api/../v1', '/./api', '/a b', '/api?x', '/%61']) {
      assert.match(complaint({ HTTP_BASE_URL: text }), /^HTTP_BASE_URL is ".*": allowed is a path such as/)
    }
  })

  it('takes several former keys', () => {
    const [one, other] = ['0f'.repeat(32), Buffer.alloc(32, 7).toString('base64')]
    const { storage } = readConfig({ SWITCHBOARD_MASTER_KEY_PREVIOUS: `${one}, ${other}` })
    assert.deepEqual(storage.formerMasterKeys, [one, other])
  })

  it("sends WhatsApp through the machine's proxy unless a nearer setting says otherwise", () => {
    const proxy = { HTTPS_PROXY: 'http://proxy:3128' }
    const own = 'socks5://own:1080'
    assert.equal(readConfig(proxy).whatsapp.proxyUrl, 'http://proxy:3128')
    assert.equal(readConfig({ ...proxy, WHATSAPP_CLIENT_PROXY_URL: own }).whatsapp.proxyUrl, own)
    for (const NO_PROXY of ['*', 'localhost, .whatsapp.net', 'web.whatsapp.com']) {
      assert.equal(readConfig({ ...proxy, NO_PROXY }).whatsapp.proxyUrl, undefined, NO_PROXY)
    }
    assert.equal(readConfig({ ...proxy, NO_PROXY: 'app.com' }).whatsapp.proxyUrl, 'http://proxy:3128')
  })

  it('counts an empty variable as absent', () => {
    assert.equal(readConfig({ SERVER_PORT: '', ADMIN_SECRET_KEY: ' ' }).http.port, 7001)
  })

  it('names variable, value and what is allowed in one line', () => {
    assert.equal(
      complaint({ SERVER_PORT: '70000' }),
      'SERVER_PORT is "70000": allowed is a whole number from 0 to 65535',
    )
    assert.match(complaint({ WHATSAPP_TYPING_DELAY_MIN: 'soon' }), /^WHATSAPP_TYPING_DELAY_MIN is "soon": .*500ms/)
    assert.match(complaint({ WHATSAPP_WAVERSION_REFRESH_CRON_SPEC: '0 3 * * *' }), /six fields/)
    assert.match(complaint({ SWITCHBOARD_TOKEN_TTL: '2us' }), /^SWITCHBOARD_TOKEN_TTL is "2us": allowed is a duration/)
    assert.match(complaint({ HTTP_BODY_LIMIT_SIZE: 'big' }), /8M/)
    assert.match(complaint({ WHATSAPP_AUTO_TYPING_ENABLED: 'maybe' }), /true or false/)
    for (const line of [complaint({ SERVER_PORT: 'a\nb' })]) assert.ok(!line.includes('\n'))
  })

  it('refuses short secrets without showing them', () => {
    for (const name of ['ADMIN_SECRET_KEY', 'JWT_SECRET_KEY', 'SWITCHBOARD_MASTER_KEY']) {
      const line = complaint({ [name]: 'hunter2' })
      assert.match(line, new RegExp(`^${name} is a value that is not shown: allowed is `))
      assert.ok(!line.includes('hunter2'))
    }
    const twoKeys = { SWITCHBOARD_MASTER_KEY_PREVIOUS: `${'0f'.repeat(32)},hunter2` }
    assert.match(complaint(twoKeys), /^SWITCHBOARD_MASTER_KEY_PREVIOUS is a value that is not shown: .*commas/)
    assert.ok(!complaint({ WHATSAPP_CLIENT_PROXY_URL: 'ftp://user:hunter2@proxy' }).includes('hunter2'))
  })

  it('refuses a setting that it has no use for, with the reason and what to do instead', () => {
    const useless = {
      HTTP_CACHE_TTL_SECONDS: ['5', /only 0, or no value: answers are never cached, .*; remove the setting$/],
      WHATSAPP_KEYS_DATASTORE_URI: ['postgres://u:hunter2@h/d', /one transaction, .* one database as WHATSAPP_DATAST/],
      WHATSAPP_ENABLE_DEVICE_RECOVERY_CRON: ['false', /only true, or no value: .*DELETE \/devices\/me\/session/],
      WHATSAPP_DEVICE_RECOVERY_CRON_SPEC: ['0 */2 * * * *', /no value: each device is tried again .* remove/],
      WEBHOOK_CACHE_TTL_SECONDS: ['60', /only 0, or no value: a change of a webhook takes effect at once; remove/],
      LIBWEBP_VERSION: ['0.6.1', /no value: the library for WebP comes with the gateway/],
    } as const
    for (const [name, [text, reason]] of Object.entries(useless)) {
      const line = complaint({ [name]: text })
      assert.match(line, new RegExp(`^${name} is .*: allowed is (?:only |no value)`))
      assert.match(line.replaceAll('`', ''), reason)
      assert.ok(!line.includes('hunter2'))
    }
  })

  it('takes such a setting with the value that says what happens anyway', () => {
    const same = { HTTP_CACHE_TTL_SECONDS: '0', WEBHOOK_CACHE_TTL_SECONDS: '0' }
    assert.deepEqual(readConfig({ ...same, WHATSAPP_ENABLE_DEVICE_RECOVERY_CRON: 'yes' }), readConfig({}))
  })

  it('reads no variable that nothing uses', () => {
    const source = ['group-config.ts', 'cross-checks.ts'].map((file) =>
      readFileSync(path.join(import.meta.dirname, file), 'utf8'),
    )
    const unused = Object.entries(variables.shape).filter(
      ([name, schema]) =>
        !/^(only|no value)\b/.test(settingDetails.get(schema)?.allowed ?? '') &&
        !source.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
    )
    assert.deepEqual(
      unused.map(([name]) => name),
      [],
    )
  })

  it('refuses variables that do not fit together', () => {
    assert.match(complaint({ WHATSAPP_DATASTORE_TYPE: 'postgres' }), /^WHATSAPP_DATASTORE_URI is missing/)
    assert.match(complaint({ WHATSAPP_VERSION_MAJOR: '2' }), /^WHATSAPP_VERSION_MAJOR/)
    const mixed = { WHATSAPP_DATASTORE_TYPE: 'sqlite', WHATSAPP_DATASTORE_URI: 'postgres://u:hunter2@localhost/db' }
    assert.ok(!complaint(mixed).includes('hunter2'))
  })

  it('tells everything that is wrong at once, a line each', () => {
    const lines = complaint({
      SERVER_PORT: '70000',
      LOG_LEVEL: 'loud',
      WHATSAPP_DATASTORE_TYPE: 'postgres',
      WHATSAPP_VERSION_MAJOR: '2',
    }).split('\n')
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['SERVER_PORT', 'LOG_LEVEL', 'WHATSAPP_DATASTORE_URI', 'WHATSAPP_VERSION_MAJOR,'],
    )
  })

  it('complains of secrets that PostgreSQL needs, when asked to', () => {
    const postgres = { WHATSAPP_DATASTORE_URI: 'postgres://u:p@h/d', ADMIN_SECRET_KEY: 'x'.repeat(32) }
    assert.throws(
      () => readConfig(postgres, { needsSecrets: true }),
      ({ problems }: ConfigError) => {
        assert.deepEqual(
          problems.map((line) => line.split(':')[0]),
          ['JWT_SECRET_KEY is missing', 'SWITCHBOARD_MASTER_KEY is missing'],
        )
        return true
      },
    )
    assert.equal(readConfig({}, { needsSecrets: true }).storage.type, 'sqlite')
    const made = { ...postgres, SWITCHBOARD_MAKE_SECRETS: 'true' }
    assert.equal(readConfig(made, { needsSecrets: true }).makesSecrets, true)
  })

  it('does not complain of what only follows from another complaint', () => {
    const line = complaint({ WHATSAPP_DATASTORE_TYPE: 'oracle', WHATSAPP_DATASTORE_URI: 'postgres://u:p@h/d' })
    assert.match(line, /^WHATSAPP_DATASTORE_TYPE is "oracle": [^\n]*$/)
  })

  it('is frozen to the bottom', () => {
    const config = readConfig({})
    assert.throws(() => Object.assign(config.pacing.typingDelay, { minMs: 0 }), TypeError)
  })
})

/** Takes any text. */
const free = new Set([
  'SERVER_ADDRESS',
  'SWITCHBOARD_DATA_DIR',
  'WHATSAPP_DEVICE_OS_NAME',
  'WHATSAPP_AUTO_REPLY_TEXT',
  'NO_PROXY',
])
const wrong = ['-7 bananas', 'ftp://u:hunter2@db\nand more']

describe('every variable', () => {
  for (const [name, schema] of Object.entries(variables.shape)) {
    const details = settingDetails.get(schema)!
    it(`${name} is what .env.example says when it is absent, empty, or that very text`, () => {
      const written = details.default ?? ''
      const expected = readConfig({})
      for (const text of [undefined, '', '  ', written, ` ${written} `]) {
        assert.deepEqual(readConfig({ [name]: text }), expected)
      }
    })

    it(`${name} ${free.has(name) ? 'takes any text' : 'is refused in one line that names it and what is allowed'}`, () => {
      if (free.has(name)) {
        for (const text of wrong) readConfig({ [name]: text })
        return
      }
      for (const text of wrong.filter((each) => name !== 'WHATSAPP_DATASTORE_URI' || each.includes('://'))) {
        const line = complaint({ [name]: text })
        assert.match(line, new RegExp(`^${name} (is|has) [^\\n]*allowed is [^\\n]{4,}$`))
        assert.equal(line.includes('bananas') || line.includes('hunter2'), !details.secret, line)
      }
    })
  }
})
