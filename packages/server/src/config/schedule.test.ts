import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cronOf, parseSchedule } from './schedule.ts'

/** The next times of a schedule, in UTC. */
const timesOf = (text: string, from: string, count: number): string[] => {
  const schedule = parseSchedule(text)
  assert.ok(schedule && 'pattern' in schedule, text)
  return cronOf(schedule)
    .nextRuns(count, new Date(from))
    .map((time) => time.toISOString().replace('.000', ''))
}

describe('parseSchedule', () => {
  it('reads six fields with seconds first, in a zone that is named in front', () => {
    assert.deepEqual(timesOf('TZ=Asia/Kolkata 0 0 3 * * *', '2026-03-01T00:00:00Z', 1), ['2026-03-01T21:30:00Z'])
    assert.deepEqual(timesOf('CRON_TZ=UTC 30 0 3 ? * MON', '2026-03-01T00:00:00Z', 1), ['2026-03-02T03:00:30Z'])
    assert.deepEqual(timesOf('TZ= 0 0 3 * JAN-MAR sun', '2026-03-02T00:00:00Z', 1), ['2026-03-08T03:00:00Z'])
  })

  it('begins at a number and continues in steps to the end', () => {
    assert.deepEqual(timesOf('TZ=UTC 0 5/15 * * * *', '2026-03-01T00:30:00Z', 4), [
      ...['2026-03-01T00:35:00Z', '2026-03-01T00:50:00Z', '2026-03-01T01:05:00Z', '2026-03-01T01:20:00Z'],
    ])
  })

  it('takes either of two days, of the month and of the week', () => {
    assert.deepEqual(timesOf('TZ=UTC 0 0 3 15 * FRI', '2026-03-12T00:00:00Z', 2), [
      ...['2026-03-13T03:00:00Z', '2026-03-15T03:00:00Z'],
    ])
  })

  it('knows schedules by name', () => {
    const next = (name: string) => timesOf(`TZ=UTC ${name}`, '2026-03-03T10:20:30Z', 1)[0]
    assert.equal(next('@hourly'), '2026-03-03T11:00:00Z')
    assert.equal(next('@daily'), '2026-03-04T00:00:00Z')
    assert.equal(next('@midnight'), '2026-03-04T00:00:00Z')
    assert.equal(next('@weekly'), '2026-03-08T00:00:00Z')
    assert.equal(next('@monthly'), '2026-04-01T00:00:00Z')
    assert.equal(next('@yearly'), '2027-01-01T00:00:00Z')
    assert.equal(next('@annually'), '2027-01-01T00:00:00Z')
    assert.deepEqual(parseSchedule('@daily'), { pattern: '0 0 0 * * *', timeZone: undefined })
  })

  it('reads equal waits, in whole seconds and one at least', () => {
    const known = { '@every 6h': 21_600_000, '@every 1h30m10s': 5_410_000, '@every 1.9s': 1000, '@every 5ms': 1000 }
    for (const [text, everyMs] of Object.entries(known)) assert.deepEqual(parseSchedule(text), { everyMs }, text)
    assert.deepEqual(parseSchedule('TZ=UTC @every 2m'), { everyMs: 120_000 })
  })

  it('refuses what is no schedule', () => {
    for (const text of [
      ...['', '0 3 * * *', '99 0 3 * * *', '* * * * * * *', '0 0 3 * * XYZ', '0 */0 * * * *', '0 0 0 30 2 *'],
      ...['@reboot', '@Daily', '@every', '@every 0', '@every -1h', '@every 1h 2m', '@every day'],
      ...['TZ=Nowhere/Land 0 0 3 * * *', 'TZ=UTC', 'ZONE=UTC 0 0 3 * * *'],
    ])
      assert.equal(parseSchedule(text), undefined, text)
  })

  it('runs a time that summer time leaves out when that hour has passed', () => {
    assert.deepEqual(timesOf('TZ=Europe/Berlin 0 30 2 * * *', '2026-03-29T00:30:00Z', 1), ['2026-03-29T01:00:00Z'])
  })
})
