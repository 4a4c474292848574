import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unknownVariables } from './unknown-variables.ts'
import { variables } from './variables.ts'

describe('unknownVariables', () => {
  it('names the setting that a misspelt variable was meant to be', () => {
    const pairs = {
      SWITCHBOARD_DATADIR: 'SWITCHBOARD_DATA_DIR',
      SERVER_PROT: 'SERVER_PORT',
      WEBHOOK_RETRY_LIMITS: 'WEBHOOK_RETRY_LIMIT',
      WEBHOOKS_RETRY_LIMIT: 'WEBHOOK_RETRY_LIMIT',
      WHATSAPP_DATASTORE_URL: 'WHATSAPP_DATASTORE_URI',
      DATASTORE_URI: 'WHATSAPP_DATASTORE_URI',
      ADMIN_SECRET: 'ADMIN_SECRET_KEY',
      JWT_SECRET: 'JWT_SECRET_KEY',
      log_format: 'LOG_FORMAT',
      LOGLEVEL: 'LOG_LEVEL',
      https_proxy: 'HTTPS_PROXY',
    }
    for (const [name, setting] of Object.entries(pairs)) {
      assert.deepEqual(unknownVariables({ [name]: 'hunter2' }), [`${name} is not a setting. Is ${setting} meant?`])
    }
  })

  it('names what only looks like a setting of ours', () => {
    assert.deepEqual(unknownVariables({ SWITCHBOARD_TURBO: '1', WHATSAPP_TURBO: '1' }), [
      'SWITCHBOARD_TURBO is not a setting of this version',
      'WHATSAPP_TURBO is not a setting of this version',
    ])
  })

  it('is silent about settings, about what others set, and about what is empty', () => {
    const settings = Object.fromEntries(Object.keys(variables.shape).map((name) => [name, 'x']))
    assert.deepEqual(unknownVariables(settings), [])
    const others = {
      ...{ PATH: '/bin', HOME: '/root', PORT: '80', NODE_ENV: 'production', TZ: 'UTC', LANG: 'C', HOSTNAME: 'web' },
      ...{ SWITCHBOARD_SERVICE_HOST: '10.0.0.1', SWITCHBOARD_PORT_7001_TCP_ADDR: '10.0.0.1', SANDBOX_TOKEN: 't' },
      ...{ HTTP_PROXY: 'http://p', http_proxy: 'http://p', npm_config_loglevel: 'error', SWITCHBOARD_TURBO: ' ' },
      ...{ FTP_PROXY: 'x', ALL_PROXY: 'x', LOGNAME: 'root', SHELL: 'sh', POSTGRES_PASSWORD: 'x', JAVA_HOME: 'x' },
    }
    assert.deepEqual(unknownVariables(others), [])
  })
})
