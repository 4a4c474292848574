import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { describeSettings } from '../../config/describe-settings.ts'
import { loadEnvironment } from '../../config/load-environment.ts'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { testSecrets } from '../../testing/test-secrets.ts'

interface Readout {
  readonly settings: readonly {
    readonly name: string
    readonly value: string | null
    readonly is_set: boolean
    readonly default: string | null
    readonly secret: boolean
    readonly source: string
  }[]
  readonly node: string
  readonly started_at: string
  readonly database: { readonly kind: string; readonly place: string; readonly size_bytes: number }
  readonly data_dir: { readonly path: string; readonly free_bytes: number; readonly total_bytes: number }
  readonly whatsapp_web: { readonly age_seconds: number | null; readonly wa_web_version: { readonly string: string } }
  readonly sandbox: boolean
}

describe('GET /admin/settings', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({
      environment: { HTTP_PROXY: 'http://user:hidden-word@127.0.0.1:9', WEBHOOK_WORKERS: '7' },
    })
  })
  after(() => gateway.stop())

  it('shows what each setting is and who said so, and no secret', async () => {
    const answer = await gateway.admin.call<Readout>('GET', '/admin/settings')
    const of = (name: string) => answer.body.data.settings.find((setting) => setting.name === name)!
    const shown = (name: string) => [of(name).value, of(name).is_set, of(name).default, of(name).source]
    assert.deepEqual(shown('WEBHOOK_WORKERS').with(2, ''), ['7', true, '', 'environment'])
    assert.deepEqual(shown('HTTP_GZIP_LEVEL').slice(1).with(1, ''), [false, '', 'default'])
    assert.equal(of('HTTP_GZIP_LEVEL').value, of('HTTP_GZIP_LEVEL').default)
    assert.deepEqual(shown('HTTP_PROXY'), [null, true, null, 'environment'])
    assert.deepEqual(shown('ADMIN_SECRET_KEY'), [null, true, null, 'generated'])
    assert.doesNotMatch(answer.text, /hidden-word/)
    for (const secret of Object.values(testSecrets)) assert.ok(!answer.text.includes(secret))
  })

  it('says what the server runs on', async () => {
    const { data_dir, database, node, started_at, sandbox, whatsapp_web } =
      await gateway.admin.get<Readout>('/admin/settings')
    assert.equal(node, process.version)
    assert.ok(Date.parse(started_at) <= Date.now())
    assert.equal(data_dir.path, gateway.dataDir)
    assert.ok(data_dir.free_bytes > 0 && data_dir.free_bytes <= data_dir.total_bytes)
    assert.deepEqual([database.kind, database.place], ['sqlite', path.join(gateway.dataDir, 'switchboard.db')])
    assert.ok(database.size_bytes > 0)
    assert.equal(whatsapp_web.age_seconds, null)
    assert.match(whatsapp_web.wa_web_version.string, /^\d+\.\d+\.\d+$/)
    assert.equal(sandbox, false)
  })

  it('tells a variable of the process from one of the file and one of the program', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-settings-'))
    after(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(path.join(folder, '.env'), 'SERVER_PORT=8000\nSANDBOX_PORT=8001\n')
    process.env['SANDBOX_PORT'] = '8002'
    const environment = { ...loadEnvironment(path.join(folder, '.env')), WEBHOOK_WORKERS: '3' }
    delete process.env['SANDBOX_PORT']
    const settings = describeSettings(environment)
    const of = (name: string) => settings.find((setting) => setting.name === name)!
    assert.deepEqual(
      ['SERVER_PORT', 'SANDBOX_PORT', 'WEBHOOK_WORKERS'].map((name) => [of(name).value, of(name).source]),
      [
        ['8000', 'file'],
        ['8002', 'environment'],
        ['3', 'program'],
      ],
    )
  })
})
