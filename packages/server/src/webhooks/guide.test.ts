import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { signatureHeaders } from './sign.ts'
import { newSigningSecret, signingKeys } from './signing-secret.ts'

const guide = readFileSync(path.join(import.meta.dirname, '../../../../docs/guide/webhooks.md'), 'utf8')

const sample = (language: string): string => {
  const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(guide) ?? []
  assert.ok(code, `the guide has a sample in ${language}`)
  return code
}

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

const python = spawnSync('python3', ['--version']).status === 0

describe('the samples of the guide that check a signature', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('work in JavaScript', async () => {
    const file = path.join(folder, 'sample.mjs')
    writeFileSync(file, sample('js'))
    const { isGenuine, isGenuineHub } = (await import(file)) as Record<string, Check>
    judge(isGenuine!, isGenuineHub!)
  })

  it('work in Python', { skip: python ? false : 'there is no python3' }, () => {
    writeFileSync(path.join(folder, 'sample.py'), sample('python'))
    const call =
      'import json, sys, base64, sample; name, headers, body, secret = json.load(sys.stdin); print(getattr(sample, name)(headers, base64.b64decode(body), secret))'
    const by =
      (name: string): Check =>
      (headers, rawBody, secret) => {
        const input = JSON.stringify([name, headers, rawBody.toString('base64'), secret])
        const { stdout, stderr } = spawnSync('python3', ['-c', call], { cwd: folder, input, encoding: 'utf8' })
        assert.equal(stderr, '')
        return stdout.trim() === 'True'
      }
    judge(by('is_genuine'), by('is_genuine_hub'))
  })
})
