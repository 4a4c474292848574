import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { testSecrets } from '../testing/test-secrets.ts'
import { WebhookReceiver } from '../testing/webhook-receiver.ts'
import { authenticationSample } from './start-page.ts'
import { pageNames, readPage, samplesOn } from './testing/read-page.ts'

const root = path.resolve(import.meta.dirname, '../../../..')

const succeeds = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0

/** How the samples of a language are run, and why they are not. */
const languages: readonly { name: string; file: string; run: readonly [string, ...string[]]; skip: string | false }[] =
  [
    {
      name: 'curl',
      file: 'sample.sh',
      run: ['bash', '-e', 'sample.sh'],
      skip: succeeds('curl', '--version') ? false : 'there is no curl',
    },
    { name: 'typescript', file: 'sample.ts', run: [process.execPath, 'sample.ts'], skip: false },
    {
      name: 'python',
      file: 'sample.py',
      run: ['python3', 'sample.py'],
      skip: succeeds('python3', '-c', 'import requests') ? false : 'there is no python3 with requests',
    },
  ]

describe('the samples of the pages', { timeout: 300_000 }, () => {
  let gateway: TestGateway
  let friend: Phone
  let folder: string
  let samples: Map<string, Map<string, string>>
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    // The one to whom the samples write.
    friend = await gateway.sandbox!.phone({ name: 'Ada', phone: '4917087654321' })
    folder = mkdtempSync(path.join(tmpdir(), 'switchboard-samples-'))
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#0b6b51' } })
    await picture.jpeg().toFile(path.join(folder, 'picture.jpg'))
    const pages = await Promise.all((await pageNames(gateway.api)).map((name) => readPage(gateway.api, name)))
    samples = new Map(pages.flatMap((page) => [...samplesOn(page)]))
  })
  after(async () => {
    await gateway.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = async ([program, ...args]: readonly [string, ...string[]], env: Record<string, string>) => {
    const child = spawn(program, args, { cwd: folder, env: { ...process.env, API: gateway.api.url, ...env } })
    let [out, all] = ['', '']
    child.stdout.on('data', (chunk) => (out += chunk))
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (all += chunk))
    const [code] = await once(child, 'close')
    assert.equal(code, 0, all)
    return out
  }

  for (const { name, file, run: command, skip } of languages) {
    describe(`in ${name}`, { skip }, () => {
      let device: TestDevice & { readonly phone: Phone }
      before(async () => {
        device = await gateway.linkDevice()
      })

      const sample = (id: string): string => {
        const found = samples.get(id)?.get(name)
        assert.ok(found, `${id} has a sample`)
        return found
      }
      const paste = (text: string): Promise<string> => {
        writeFileSync(path.join(folder, file), text)
        return run(command, { TOKEN: device.token })
      }

      it('send a text that the phone of the friend receives, and once when it is pasted twice', async () => {
        const before = friend.messages().length
        const shown = await paste(sample('messaging.sendText'))
        assert.match(shown, /message_id/)
        const seen = await friend.until.message(({ id }) => shown.includes(id))
        assert.equal(seen.text, 'Hello')
        await paste(sample('messaging.sendText'))
        assert.equal(friend.messages().length, before + 1)
      })

      it('send a picture from the disk', async () => {
        const shown = await paste(sample('messaging.sendImage'))
        const seen = await friend.until.message(({ id }) => shown.includes(id))
        assert.equal(seen.kind, 'image')
      })

      it('upload a file that can be sent then', async () => {
        const [mediaId] = /med_[\w-]+/.exec(await paste(sample('media.upload'))) ?? []
        assert.ok(mediaId)
        const sent = await device.api.post<{ message_id: string }>(`/chats/${friend.id}/images`, { media_id: mediaId })
        await friend.until.message(({ id }) => id === sent.message_id)
      })

      it('register a webhook, which is called', async () => {
        const receiver = await WebhookReceiver.start()
        try {
          await paste(sample('webhooks.create').replace('https://example.com/hook', receiver.url))
          await friend.send(device.phone.id, { text: 'Hi' })
          await receiver.until(({ body }) => body.event_type === 'message.received')
        } finally {
          await receiver.stop()
        }
      })
    })
  }

  const samplesIn = (language: string): [string, string][] =>
    [...samples].flatMap(([id, each]) => (each.has(language) ? [[id, each.get(language)!] as [string, string]] : []))

  it('are what bash understands', () => {
    const functions = samplesIn('curl').map(([, text]) => `sample() {\n${text}\n}`)
    const { status, stderr } = spawnSync('bash', ['-n'], { input: functions.join('\n'), encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  })

  it('are what Python understands', { skip: succeeds('python3', '--version') ? false : 'there is no python3' }, () => {
    const check = 'import ast, json, sys\nfor name, text in json.load(sys.stdin): ast.parse(text, name)'
    const input = JSON.stringify(samplesIn('python'))
    const { status, stderr } = spawnSync('python3', ['-c', check], { input, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  })

  it('are what the types of the client take', async () => {
    for (const [id, text] of samplesIn('typescript')) writeFileSync(path.join(folder, `${id}.ts`), text)
    const config = {
      extends: path.join(root, 'tsconfig.json'),
      include: ['*.ts'],
      compilerOptions: { typeRoots: [path.join(root, 'node_modules/@types')] },
    }
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
    await run([process.execPath, path.join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], {})
  })

  it('show a request with each kind of credential', async () => {
    const { key, api } = await gateway.createKey()
    const made = await api.post<{ token: string }>('/devices', { device_name: 'Front desk' })
    writeFileSync(path.join(folder, 'sample.sh'), authenticationSample)
    assert.ok((await readPage(gateway.api, '')).includes('-H &quot;X-Admin-Secret: $ADMIN&quot;'))
    const shown = await run(['bash', '-e', 'sample.sh'], {
      TOKEN: made.token,
      KEY: key,
      ADMIN: testSecrets.adminSecret,
    })
    assert.equal(shown.match(/"status":true/g)?.length, 3, shown)
  })
})
