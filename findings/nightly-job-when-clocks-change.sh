#!/usr/bin/env bash
# One nightly job, `30 2 * * *` in Europe/Berlin, in six schedulers of npm. In the night that has no 02:30 it runs at 03:00, at 03:30, or not at
# all; in the night that has two, at the first, at the second, or at both. node-schedule does one thing for the text and another for its rule object.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts croner@11.0.1 cron@4.4.0 cron-parser@5.10.6 node-cron@4.6.0 node-schedule@2.1.1 @sinonjs/fake-timers@15.0.0
cat > run.mjs <<'JS'
import assert from 'node:assert/strict'
import FakeTimers from '@sinonjs/fake-timers'
import { CronTime } from 'cron'
import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'
import { DateTime } from 'luxon'
import nodeCron from 'node-cron'
import schedule from 'node-schedule'

const [text, tz] = ['30 2 * * *', 'Europe/Berlin']

/** Those of a library's next runs that fall on the day of the change, as UTC times of day. */
const runs = {
  'croner 11.0.1': (from) => new Cron(text, { timezone: tz, paused: true }).nextRuns(3, from),
  'cron 4.4.0': (from) => {
    const time = new CronTime(text, tz)
    let at = DateTime.fromJSDate(from, { zone: tz })
    return [1, 2, 3].map(() => (at = time.getNextDateFrom(at, tz)).toJSDate())
  },
  'cron-parser 5.10.6': (from) => {
    const times = CronExpressionParser.parse(text, { currentDate: from, tz })
    return [1, 2, 3].map(() => times.next().toDate())
  },
  'node-schedule 2.1.1, rule': (from) => {
    const rule = Object.assign(new schedule.RecurrenceRule(), { hour: 2, minute: 30, second: 0, tz })
    let at = from
    return [1, 2, 3].map(() => (at = new Date(+rule.nextInvocationDate(at))))
  },
  'node-schedule 2.1.1, text': (from) => atTime(from, () => {
    const job = schedule.scheduleJob({ rule: text, tz }, () => {})
    const next = job.nextInvocation().getTime()
    job.cancel()
    return [next]
  }),
  'node-cron 4.6.0': (from) => atTime(from, () => {
    const task = nodeCron.schedule(text, () => {}, { timezone: tz })
    const next = task.getNextRun()
    task.destroy()
    return [next]
  }),
}

function atTime(now, look) {
  const clock = FakeTimers.install({ now, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  try {
    return look().map(Number)
  } finally {
    clock.uninstall()
  }
}

const on = (day) => {
  const from = new Date(+new Date(`${day}T00:00:00Z`) - 12 * 3_600_000)
  return Object.fromEntries(
    Object.entries(runs).map(([name, next]) => [
      name,
      next(from).map((at) => new Date(at).toISOString()).filter((at) => at.startsWith(day)).map((at) => at.slice(11, 16)).join(' ') || 'not at all',
    ]),
  )
}

const seen = { 'no 02:30 (2027-03-28)': on('2027-03-28'), 'two 02:30 (2027-10-31)': on('2027-10-31') }
console.table(seen)
assert.deepEqual(seen, {
  'no 02:30 (2027-03-28)': {
    'croner 11.0.1': '01:00',
    'cron 4.4.0': '01:00',
    'cron-parser 5.10.6': '01:30',
    'node-schedule 2.1.1, rule': 'not at all',
    'node-schedule 2.1.1, text': '01:30',
    'node-cron 4.6.0': 'not at all',
  },
  'two 02:30 (2027-10-31)': {
    'croner 11.0.1': '00:30',
    'cron 4.4.0': '00:30',
    'cron-parser 5.10.6': '00:30',
    'node-schedule 2.1.1, rule': '00:30 01:30',
    'node-schedule 2.1.1, text': '00:30',
    'node-cron 4.6.0': '01:30',
  },
})
JS
node run.mjs
# Seen (UTC; 01:00 is 03:00 and 01:30 is 03:30 of summer time): as the last statement asks. croner, which we use, runs at 03:00 and once.
