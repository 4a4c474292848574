import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { maskLine, maskText } from './mask.ts'

describe('maskText', () => {
  it('leaves the last four digits of numbers and addresses', () => {
    const pairs = [
      ['to 5511988887777@s.whatsapp.net failed', 'to ***7777@s.whatsapp.net failed'],
      ['5511988887777:12@s.whatsapp.net', '***7777:12@s.whatsapp.net'],
      ['5511988887777.0:12@s.whatsapp.net', '***7777.0:12@s.whatsapp.net'],
      ['98765432101234_1:3@lid', '***1234_1:3@lid'],
      ['120363041234567890@g.us', '***7890@g.us'],
      ['5511988887777-1432542345@g.us', '***2345@g.us'],
      ['120363041234567890@newsletter', '***7890@newsletter'],
      ['/chats/5511988887777%40s.whatsapp.net/messages', '/chats/***7777%40s.whatsapp.net/messages'],
      ['/chats/5511988887777/messages', '/chats/***7777/messages'],
      ['+5511988887777, 4915112345678.', '***7777, ***5678.'],
    ]
    for (const [text, right] of pairs) assert.equal(maskText(text!), right)
  })

  it('leaves ids, times and versions alone', () => {
    for (const text of [
      '2026-03-01T12:00:00.123Z',
      'evt_0195f3c1-8a3b-7c11-9d2e-446655440000',
      '3EB0C767D26A8B5A12345678',
      '2.3000.1023223821',
      'port 65535',
      'node:internal/process/task_queues:105:5',
    ])
      assert.equal(maskText(text), text)
  })
})

describe('maskLine', () => {
  it('hides what the name says is a secret, however deep and of whatever kind', () => {
    const line = `${JSON.stringify({ a: [{ token: 'x' }], formerSecrets: ['x', 'y'], password: { of: 'x' }, tokens: 3 })}\n`
    assert.deepEqual(JSON.parse(maskLine(line)), {
      a: [{ token: '[secret]' }],
      formerSecrets: '[secret]',
      password: '[secret]',
      tokens: 3,
    })
    assert.ok(maskLine(line).endsWith('}\n'))
  })

  it('masks texts, and leaves numbers and the form of the line', () => {
    const line = JSON.stringify({ at: 1767225600000, list: [1767225600000], err: { message: 'said "+5511988887777"' } })
    assert.deepEqual(JSON.parse(maskLine(line)), {
      at: 1767225600000,
      list: [1767225600000],
      err: { message: 'said "***7777"' },
    })
  })
})
