import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dayOf, nextTime, quietUntil } from './wall-clock.ts'

const at = (text: string) => Date.parse(text)
const iso = (ms: number | undefined) => ms && new Date(ms).toISOString()
const night = { from: '22:00', to: '07:00', zone: 'Europe/Berlin' }

describe('quiet hours', () => {
  it('are from one time to the other, by the clock of their zone, also over midnight', () => {
    for (const [now, until] of [
      ['2026-01-10T20:59:59.999Z', undefined],
      ['2026-01-10T21:00:00.000Z', '2026-01-11T06:00:00.000Z'],
      ['2026-01-11T05:59:59.999Z', '2026-01-11T06:00:00.000Z'],
      ['2026-01-11T06:00:00.000Z', undefined],
      ['2026-07-10T19:59:59.999Z', undefined],
      ['2026-07-10T20:00:00.000Z', '2026-07-11T05:00:00.000Z'],
    ] as const) {
      assert.equal(iso(quietUntil(night, at(now))), until, now)
    }
    const lunch = { from: '12:00', to: '13:30', zone: 'America/Sao_Paulo' }
    assert.equal(iso(quietUntil(lunch, at('2026-05-05T15:10:00Z'))), '2026-05-05T16:30:00.000Z')
    assert.equal(quietUntil(lunch, at('2026-05-05T20:00:00Z')), undefined)
  })

  it('end by the new time in the night in which the clock is changed', () => {
    assert.equal(iso(quietUntil(night, at('2026-03-28T22:00:00Z'))), '2026-03-29T05:00:00.000Z')
    assert.equal(iso(quietUntil(night, at('2026-10-24T21:00:00Z'))), '2026-10-25T06:00:00.000Z')
  })

  it('end when the clock is put forward over their end, and once where it comes twice', () => {
    const early = { from: '22:00', to: '02:30', zone: 'Europe/Berlin' }
    assert.equal(iso(quietUntil(early, at('2026-03-28T22:00:00Z'))), '2026-03-29T01:00:00.000Z')
    assert.equal(quietUntil(early, at('2026-03-29T01:00:00Z')), undefined)
    assert.equal(iso(quietUntil(early, at('2026-10-24T22:00:00Z'))), '2026-10-25T00:30:00.000Z')
    assert.equal(quietUntil(early, at('2026-10-25T01:10:00Z')), undefined)
  })

  it('are left out when the clock is put forward over all of them', () => {
    const short = { from: '02:15', to: '02:45', zone: 'Europe/Berlin' }
    assert.equal(quietUntil(short, at('2026-03-28T12:00:00Z')), undefined)
    assert.equal(quietUntil(short, at('2026-03-29T01:00:00Z')), undefined)
    assert.equal(iso(quietUntil(short, at('2026-03-30T00:20:00Z'))), '2026-03-30T00:45:00.000Z')
    const long = { from: '02:45', to: '02:15', zone: 'Europe/Berlin' }
    assert.equal(iso(quietUntil(long, at('2026-03-28T12:00:00Z'))), '2026-03-29T01:00:00.000Z')
    assert.equal(iso(quietUntil(long, at('2026-03-29T01:00:00Z'))), '2026-03-30T00:15:00.000Z')
  })

  it('last the whole day when they end where they begin', () => {
    const always = { from: '08:00', to: '08:00', zone: 'UTC' }
    assert.equal(iso(quietUntil(always, at('2026-05-05T08:00:00Z'))), '2026-05-06T08:00:00.000Z')
  })
})

describe('a day', () => {
  it('is from midnight to midnight of its zone, however long', () => {
    for (const [now, zone, ...day] of [
      ['2026-01-10T22:59:59Z', 'Europe/Berlin', '2026-01-10', '2026-01-09T23:00:00.000Z', '2026-01-10T23:00:00.000Z'],
      ['2026-01-10T23:00:00Z', 'Europe/Berlin', '2026-01-11', '2026-01-10T23:00:00.000Z', '2026-01-11T23:00:00.000Z'],
      [
        '2026-01-11T22:59:59.999Z',
        'Europe/Berlin',
        '2026-01-11',
        '2026-01-10T23:00:00.000Z',
        '2026-01-11T23:00:00.000Z',
      ],
      ['2026-01-10T12:00:00Z', 'Europe/Berlin', '2026-01-10', '2026-01-09T23:00:00.000Z', '2026-01-10T23:00:00.000Z'],
      ['2026-03-29T12:00:00Z', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      ['2026-10-25T12:00:00Z', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
      // Midnight is left out there, and comes twice here.
      ['2026-04-24T12:00:00Z', 'Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', '2026-04-24T21:00:00.000Z'],
      ['2026-11-01T05:30:00Z', 'America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
      [
        '2026-05-05T11:59:00Z',
        'Pacific/Auckland',
        '2026-05-05',
        '2026-05-04T12:00:00.000Z',
        '2026-05-05T12:00:00.000Z',
      ],
    ] as const) {
      const { name, beginsAt, endsAt } = dayOf(zone, at(now))
      assert.deepEqual([name, iso(beginsAt), iso(endsAt)], day, `${now} in ${zone}`)
    }
  })
})

describe('the next time', () => {
  it('is after the instant that is asked about, and does not follow the zone of the process', () => {
    const seven = at('2026-01-11T06:00:00Z')
    assert.equal(nextTime('07:00', 'Europe/Berlin', seven - 1), seven)
    assert.equal(iso(nextTime('07:00', 'Europe/Berlin', seven)), '2026-01-12T06:00:00.000Z')
    assert.equal(iso(nextTime('09:00', 'Asia/Kolkata', seven)), '2026-01-12T03:30:00.000Z')
  })
})
