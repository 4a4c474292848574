import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { startTestGateway } from '../testing/start-test-gateway.ts'
import { signatureHeaders } from './sign.ts'
import { newSigningSecret, signingKeys } from './signing-secret.ts'

const guide = readFileSync(path.join(import.meta.dirname, '../../../../docs/guide/webhooks.md'), 'utf8')

/** A sample of the guide: the first in a language that holds a word. */
const sample = (language: string, word = ''): string => {
  const samples = [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, code]) => code!,
  )
  const code = samples.find((each) => each.includes(word))
  assert.ok(code, `the guide has a sample in ${language} with ${word}`)
  return code
}

type Receiver = (webhook: Webhook, use: (event: unknown) => Promise<void>) => (request: Request) => Promise<Response>

type Check = (headers: Record<string, string>, rawBody: Buffer, secret: string) => boolean

const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-guide-'))
const body = Buffer.from('{"text":"grüße"}')

const headersBy = (secrets: string[], timestamp = Math.floor(Date.now() / 1000)): Record<string, string> => {
  const [first, ...more] = secrets.map(signingKeys)
  return signatureHeaders({ eventId: 'evt_1', eventType: 'message.received', body, timestamp }, [first!, ...more])
}

/** Each pair of the guide's functions takes what is genuine and refuses what is not. */
const judge = (byTime: Check, byHub: Check): void => {
  const [ours, own] = [newSigningSecret(), 'a secret of my own, ü']
  for (const secret of [ours, own]) {
    const headers = headersBy([secret])
    for (const check of [byTime, byHub]) {
      assert.equal(check(headers, body, secret), true)
      assert.equal(check(headers, Buffer.from('{"text":"other"}'), secret), false)
      assert.equal(check(headers, body, newSigningSecret()), false)
      assert.equal(check({}, body, secret), false)
    }
    assert.equal(byTime(headersBy([secret], Math.floor(Date.now() / 1000) - 301), body, secret), false)
    assert.equal(byTime(headersBy([newSigningSecret(), secret]), body, secret), true)
  }
}

const has = (program: string) => spawnSync(program, ['--version']).status === 0

/** What a program says about a call of one of its functions. */
const asked = (program: string, args: readonly string[], given: readonly unknown[]): string => {
  const input = JSON.stringify(given)
  const { stdout, stderr } = spawnSync(program, args, { cwd: folder, input, encoding: 'utf8' })
  assert.equal(stderr, '')
  return stdout.trim()
}

describe('the samples of the guide that check a signature', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('work in JavaScript', async () => {
    const file = path.join(folder, 'sample.mjs')
    writeFileSync(file, sample('js'))
    const { isGenuine, isGenuineHub } = (await import(file)) as Record<string, Check>
    judge(isGenuine!, isGenuineHub!)
  })

  it('work in Python', { skip: has('python3') ? false : 'there is no python3' }, () => {
    writeFileSync(path.join(folder, 'sample.py'), sample('python'))
    const call =
      'import json, sys, base64, sample; name, headers, body, secret = json.load(sys.stdin); print(getattr(sample, name)(headers, base64.b64decode(body), secret))'
    const by =
      (name: string): Check =>
      (headers, rawBody, secret) =>
        asked('python3', ['-c', call], [name, headers, rawBody.toString('base64'), secret]) === 'True'
    judge(by('is_genuine'), by('is_genuine_hub'))
  })

  it('work in PHP, however the server writes names of headers', {
    skip: has('php') ? false : 'there is no php',
  }, () => {
    writeFileSync(path.join(folder, 'sample.php'), sample('php'))
    const call =
      "require 'sample.php'; [$headers, $body, $secret] = json_decode(stream_get_contents(STDIN), true); echo is_genuine($headers, base64_decode($body), $secret) ? 'yes' : 'no';"
    const check: Check = (headers, rawBody, secret) => {
      const asApache = Object.entries(headers).map(([name, value]) => [
        name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
        value,
      ])
      return asked('php', ['-r', call], [Object.fromEntries(asApache), rawBody.toString('base64'), secret]) === 'yes'
    }
    judge(check, check)
  })

  it('work where a server has a Request, with the library of the standard', async () => {
    const file = path.join(folder, 'receiver.mjs')
    writeFileSync(file, sample('js', 'Object.fromEntries'))
    const { receiver } = (await import(file)) as { receiver: Receiver }
    const secret = newSigningSecret()
    const used: unknown[] = []
    const receive = receiver(new Webhook(secret), async (event) => void used.push(event))
    const send = (headers: Record<string, string>) =>
      receive(new Request('http://receiver/hook', { method: 'POST', headers, body }))
    assert.equal((await send(headersBy([secret]))).status, 204)
    assert.equal((await send(headersBy([newSigningSecret()]))).status, 401)
    assert.deepEqual(used, [JSON.parse(body.toString())])
  })
})

describe('what the guide says about every delivery', () => {
  it('holds: a JSON body, names of headers in lower case, signatures with v1, a padded secret', async () => {
    const gateway = await startTestGateway()
    const got = Promise.withResolvers<{ names: string[]; type: string; signature: string; raw: Buffer }>()
    const server = createServer(async (request, response) => {
      const raw = Buffer.concat(await request.toArray())
      const { 'content-type': type = '', 'webhook-signature': signature = '' } = request.headers
      const names = request.rawHeaders.filter((_, index) => index % 2 === 0)
      got.resolve({ names, type, signature: String(signature), raw })
      response.writeHead(204).end()
    }).listen(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
      const { api } = await gateway.createDevice()
      const { id, secret } = await api.post<{ id: number; secret: string }>('/webhooks', { url })
      assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
      await api.post(`/webhooks/${id}/secret`, {})
      await api.post(`/webhooks/${id}/test`)
      const { names, type, signature, raw } = await got.promise
      const signing = names.filter((name) => /webhook|signature/i.test(name))
      assert.deepEqual(
        signing.filter((name) => name !== name.toLowerCase()),
        [],
      )
      assert.equal(type, 'application/json')
      assert.match(signature, /^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/)
      assert.equal(JSON.parse(raw.toString()).event_type, 'test.ping')
    } finally {
      server.close()
      await gateway.stop()
    }
  })
})
