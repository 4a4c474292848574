import { setTimeout as sleep } from 'node:timers/promises'
import type { Phone } from '@switchboard/sandbox'
import { seedSilentPeople } from '@switchboard/sandbox/load'
import { GrowthWatch } from '../steps/growth-watch.ts'
import { report } from '../steps/report.ts'
import { TextWatch } from '../steps/text-watch.ts'
import { reportAtRest, watchedGateway } from '../steps/watched-gateway.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const audience = wholeNumber('BENCH_AUDIENCE', 5000)
const readers = 5
const deadlineMs = 300_000

interface Posted {
  readonly status_id: string
  readonly recipients: number
}

/** A status for thousands of people, to whom nothing was ever sent and again, while this device and another one send texts. */
export async function status(): Promise<void> {
  const seeded = await watchedGateway(2)
  try {
    const { sandbox, gateway, devices } = seeded
    const [poster, other] = [devices[0]!, devices[1]!]
    const phones = await Promise.all(Array.from({ length: readers }, (_, n) => sandbox.phone({ name: `Reader ${n}` })))
    const recipients = [...(await seedSilentPeople(sandbox, audience - readers)), ...phones.map(({ id }) => id)]
    const friends = [await sandbox.phone({ name: 'Friend' }), await sandbox.phone({ name: 'Other friend' })]
    await gateway.start()
    await seeded.allConnected(60_000)
    for (const [n, { api }] of devices.entries()) await api.sendText(friends[n]!.id, 'hello')
    const standstill = await seeded.watch()
    await reportAtRest(standstill, 50)

    const post = async (text: string): Promise<Posted> => {
      const { body, status: code } = await poster.api.call<Posted>('POST', '/status', { text, recipients, wait: 60 })
      if (!body.data) throw new Error(`a post was answered with ${code}: ${body.message}`)
      return body.data
    }
    for (const [what, text] of [
      ['a first post', 'to all of you'],
      ['a second post', 'and again'],
    ] as const) {
      await standstill.reset()
      const growth = new GrowthWatch(gateway)
      const began = performance.now()
      const same = new TextWatch(poster.api, friends[0]!.id)
      const others = new TextWatch(other.api, friends[1]!.id)
      const posted = await post(text)
      await Promise.all(phones.map((phone) => untilShown(phone, posted.status_id)))
      const seconds = (performance.now() - began) / 1000
      const { grownMiB, cpuSeconds } = growth.stop()
      await standstill.report(what, 50)
      report(`${what}: recipients by the answer`, posted.recipients, '', { least: audience })
      report(`${what}: until ${readers} of them show it`, seconds, 's')
      report(`${what}: gateway CPU a recipient`, (cpuSeconds * 1000) / audience, 'ms')
      report(`${what}: growth of resident memory`, grownMiB, 'MiB')
      await same.report(`${what}, texts of the same device meanwhile`, 1000)
      await others.report(`${what}, texts of another device meanwhile`, 1000)
    }
  } finally {
    await seeded.stop()
  }
}

async function untilShown(phone: Phone, id: string): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!phone.status.list().some((entry) => entry.id === id)) {
    if (Date.now() > deadline) throw new Error('a phone does not show the post')
    await sleep(50)
  }
}
