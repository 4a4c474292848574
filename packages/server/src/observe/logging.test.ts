import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLogger, type RootLogger } from './logging.ts'
import { beyondRequest, duringRequest } from './request-context.ts'

/** A logger and what it has written. */
const listenTo = (format: 'text' | 'json') => {
  const lines: string[] = []
  const to = { write: (line: string) => void lines.push(line) }
  return { lines, log: createLogger({ log: { level: 'info', format } }, to) }
}

const write = (format: 'text' | 'json', use: (log: RootLogger) => void): string => {
  const { lines, log } = listenTo(format)
  use(log)
  return lines.join('')
}

describe('the logger', () => {
  it('writes one line of JSON with time, level, part and message', () => {
    const line = write('json', (log) => log.child({ part: 'sessions' }).info({ device: 'd1', ms: 12 }, 'connected'))
    const { time, ...rest } = JSON.parse(line)
    assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    assert.deepEqual(rest, { level: 'info', part: 'sessions', device: 'd1', ms: 12, msg: 'connected' })
    assert.equal(line.indexOf('\n'), line.length - 1)
  })

  it('writes the same for people', () => {
    const fields = { device: 'd1', caller: { kind: 'admin' }, reason: 'two words' }
    const line = write('text', (log) => log.child({ part: 'http' }).warn(fields, 'it happened'))
    assert.match(line, /^\S+Z WARN {2}http: it happened device=d1 caller\.kind=admin reason="two words"\n$/)
  })

  it('shows below a line where an error came from', () => {
    const text = write('text', (log) => log.error({ err: Object.assign(new Error('broken'), { code: 'E1' }) }, 'oh'))
    assert.match(text, /ERROR oh\n {4}Error: broken\n {8}at .*\n[\s\S]*code: 'E1'/)
  })

  it('masks numbers and addresses and hides secrets in both forms', () => {
    for (const format of ['text', 'json'] as const) {
      const lines = write(format, (log) => {
        log.info({ chat: '5511988887777@s.whatsapp.net', proxyUrl: 'http://u:hunter2@p' }, 'to +5511988887777')
        log.error({ err: new Error('no device of 98765432101234@lid'), options: { token: 'hunter2' } }, 'failed')
      })
      assert.doesNotMatch(lines, /988887777|98765432|hunter2/)
      assert.match(lines, /\*\*\*7777@s\.whatsapp\.net/)
    }
  })

  it('names the request for which a line was made, and not beyond it', async () => {
    const later = async (log: RootLogger) => {
      await Promise.resolve()
      log.info('deep inside')
      beyondRequest(() => log.info('of its own'))
    }
    let done: Promise<void> | undefined
    const { lines, log } = listenTo('json')
    duringRequest({ id: 'req-1' }, () => {
      done = later(log)
      log.info({ requestId: 'given' }, 'says its own')
    })
    await done
    const seen = lines.map((line) => JSON.parse(line))
    assert.deepEqual(
      seen.map(({ msg, requestId }) => [msg, requestId]),
      [
        ['says its own', 'given'],
        ['deep inside', 'req-1'],
        ['of its own', undefined],
      ],
    )
  })
})
