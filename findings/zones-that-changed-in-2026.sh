#!/usr/bin/env bash
# What is the time at noon UTC on 15 December 2026 in places that gave up changing their clocks in 2026? The newest release of each package answers
# from rules of another date, and says nothing about it. Node 26.10.0 has rules 2026c: it knows Vancouver, Edmonton and Casablanca, and is an hour off
# in Winnipeg, Inuvik and Havana. luxon, croner and @date-fns/tz ask Node, so they are off too. moment-timezone (2026f) is right everywhere. js-joda
# and timezonecomplete are off in four to six of the six. Quiet hours and nightly jobs for people there begin an hour early or late.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit node@26.10.0 moment-timezone@0.6.6 luxon@3.7.2 croner@11.0.1 @date-fns/tz@1.5.0 \
  @js-joda/core@6.3.2 @js-joda/timezone@2.25.2 timezonecomplete@5.15.1 tzdata@1.0.51
cat > run.mjs <<'JS'
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { tzOffset } from '@date-fns/tz'
import { Cron } from 'croner'
import { DateTime } from 'luxon'
import moment from 'moment-timezone'

const require = createRequire(import.meta.url)
const joda = require('@js-joda/core')
require('@js-joda/timezone')
const { DateTime: CompleteTime, TimeZone } = require('timezonecomplete')

const noon = '2026-12-15T12:00:00Z'
const text = (minutes) => `${minutes < 0 ? '-' : '+'}${String(Math.abs(minutes) / 60).padStart(2, '0')}`
/** Hours from UTC, as each package has them. */
const answers = {
  'Node 26.10.0, Intl': (zone) => {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(new Date(noon))
    return (parts.find(({ type }) => type === 'timeZoneName').value.slice(3) || '+00').slice(0, 3)
  },
  'luxon 3.7.2': (zone) => text(DateTime.fromISO(noon, { zone }).offset),
  '@date-fns/tz 1.5.0': (zone) => text(tzOffset(zone, new Date(noon))),
  'croner 11.0.1, 21:00': (zone) => {
    const hours = (new Cron('0 21 * * *', { timezone: zone }).nextRun(new Date(noon)) - new Date('2026-12-15T21:00:00Z')) / 3_600_000
    return text(-hours * 60)
  },
  'moment-timezone 0.6.6': (zone) => text(moment.tz(noon, zone).utcOffset()),
  '@js-joda/timezone 2.25.2': (zone) => text(joda.ZoneId.of(zone).rules().offset(joda.Instant.parse(noon)).totalSeconds() / 60),
  'timezonecomplete 5.15.1': (zone) => new CompleteTime(noon).toZone(TimeZone.zone(zone)).format('ZZZ').slice(0, 3),
}
const zones = ['America/Vancouver', 'America/Edmonton', 'Africa/Casablanca', 'America/Winnipeg', 'America/Inuvik', 'America/Havana']
const seen = Object.fromEntries(Object.entries(answers).map(([name, of]) => [name, zones.map(of).join(' ')]))
console.log(`Node ${process.version}, rules ${process.versions.tz}; moment-timezone, rules ${moment.tz.dataVersion}; ${zones.join(', ')}:`)
for (const [name, hours] of Object.entries(seen)) console.log(`${name.padEnd(26)}${hours}`)
const ofNode = '-07 -06 +00 -06 -07 -05'
assert.deepEqual(seen, {
  'Node 26.10.0, Intl': ofNode,
  'luxon 3.7.2': ofNode,
  '@date-fns/tz 1.5.0': ofNode,
  'croner 11.0.1, 21:00': ofNode,
  'moment-timezone 0.6.6': '-07 -06 +00 -05 -06 -04',
  '@js-joda/timezone 2.25.2': '-08 -07 +01 -06 -07 -05',
  'timezonecomplete 5.15.1': '-07 -07 +01 -06 -07 -05',
})
JS
node_modules/node/bin/node run.mjs
