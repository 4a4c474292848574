import { setTimeout as sleep } from 'node:timers/promises'
import type { Phone, Sandbox } from '@switchboard/sandbox'
import { createApiKey, createDevice, type DeviceApi } from '../../e2e/steps/api.ts'
import { GrowthWatch } from '../steps/growth-watch.ts'
import { percentile, report } from '../steps/report.ts'
import { reportAtRest, watchedGateway } from '../steps/watched-gateway.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const chats = wholeNumber('BENCH_CHATS', 4000)
const messages = wholeNumber('BENCH_MESSAGES', 50)
const textEveryMs = 500
const deadlineMs = 600_000

/** A phone with a long past links a device, while somebody writes to it and to another device of the same gateway. */
export async function history(): Promise<void> {
  const seeded = await watchedGateway(1)
  try {
    const { sandbox, gateway } = seeded
    const phone = await sandbox.phone({ name: 'Collector' })
    phone.history.seed({ chats, messages, seed: 7 })
    await gateway.start()
    await seeded.allConnected(60_000)
    const api = await createDevice(gateway.url, await createApiKey(gateway.url, gateway.adminSecret), 'Collector')
    const standstill = await seeded.watch()
    await reportAtRest(standstill, 100)

    await standstill.reset()
    const growth = new GrowthWatch(gateway)
    const began = Date.now()
    await phone.scan(await api.loginQr())
    await api.connected()
    const texts = writeTo(sandbox, phone, api)
    while ((await told(api)) < chats * messages) {
      if (Date.now() - began > deadlineMs) throw new Error(`only ${await told(api)} messages came`)
      await sleep(250)
    }
    const seconds = (Date.now() - began) / 1000
    const waits = await (await texts).stop()
    const { grownMiB, cpuSeconds } = growth.stop()
    const what = `${chats} chats of ${messages} messages`
    await standstill.report(what, 100)
    report(`${what}: growth of resident memory`, grownMiB, 'MiB', { most: 150 })
    report(`${what}: until all is stored`, seconds, 's')
    report(`${what}: messages a second`, (chats * messages) / seconds, '/s')
    report(`${what}: gateway CPU a message`, (cpuSeconds * 1000) / (chats * messages), 'ms')
    report('a text that comes meanwhile, until it is logged: p50', percentile(waits, 0.5), 'ms')
    report('a text that comes meanwhile, until it is logged: longest', percentile(waits, 1), 'ms', { most: 1000 })
  } finally {
    await seeded.stop()
  }
}

/** How many messages of the history are told to be stored. */
async function told(api: DeviceApi): Promise<number> {
  const parts = await api.events(['history.sync'])
  return parts.reduce((sum, { data }) => sum + Number(data['message_count']), 0)
}

/** Somebody writes one text after the other. `stop` answers how long each took until the event log had it, ms, sorted. */
async function writeTo(sandbox: Sandbox, to: Phone, api: DeviceApi) {
  const friend = await sandbox.phone({ name: 'Friend' })
  const waits: number[] = []
  let going = true
  let after = 0
  const arrived = async (text: string): Promise<boolean> => {
    const page = await api.call<{ events: { seq: number; data: { text?: string } }[] }>(
      'GET',
      `/events?types=message.received&after=${after}&limit=100`,
    )
    const { events } = page.body.data
    after = events.at(-1)?.seq ?? after
    return events.some(({ data }) => data.text === text)
  }
  const writing = (async () => {
    for (let n = 0; going; n++) {
      const sent = performance.now()
      await friend.send(to.jid, { text: `meanwhile ${n}` })
      while (!(await arrived(`meanwhile ${n}`))) await sleep(10)
      waits.push(performance.now() - sent)
      await sleep(textEveryMs)
    }
  })()
  return {
    async stop(): Promise<number[]> {
      going = false
      await writing
      return waits.sort((a, b) => a - b)
    },
  }
}
