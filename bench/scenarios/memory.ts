import { setTimeout as sleep } from 'node:timers/promises'
import { startTraffic } from '@switchboard/sandbox/load'
import { createApiKey, createDevice } from '../../e2e/steps/api.ts'
import { freePort } from '../../e2e/steps/free-port.ts'
import { GrowthWatch } from '../steps/growth-watch.ts'
import { Inspector } from '../steps/inspector.ts'
import { processUsage } from '../steps/process-usage.ts'
import { receivedTexts } from '../steps/received-texts.ts'
import { report } from '../steps/report.ts'
import { type SeededGateway, seededGateway } from '../steps/seeded-gateway.ts'
import { makeFriends } from '../steps/texts.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const texts = wholeNumber('BENCH_MESSAGES', 12_000)
const links = wholeNumber('BENCH_LINKS', 800)
const linksAtOnce = 4
const restMs = 60_000
const mib = 2 ** 20

/** Whether memory comes back: after many texts to one device, and after many devices were linked. */
export async function memory(): Promise<void> {
  await afterTexts()
  await afterLinking()
}

/** What the heap of a gateway holds before and after the texts, garbage collected first. */
async function afterTexts(): Promise<void> {
  const port = await freePort()
  const seeded = await seededGateway(1, { NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` })
  try {
    await seeded.gateway.start()
    await seeded.allConnected(60_000)
    const friends = await makeFriends(seeded, 10)
    const to = seeded.devices.map(({ account }) => account.phone.jid)
    const receive = async (total: number) => {
      const before = await receivedTexts(seeded)
      await startTraffic(seeded.sandbox, { from: friends, to, perSecond: 200, total }).done
      while ((await receivedTexts(seeded)) < before + total) await sleep(100)
    }
    const inspector = await Inspector.attach(seeded.gateway, port)
    await receive(Math.ceil(texts / 10))
    const before = await inspector.bytesInUse()
    await receive(texts)
    const after = await inspector.bytesInUse()
    inspector.close()
    report('one device: in use before', before / mib, 'MiB')
    report(`one device: in use after ${texts} texts, against before`, after / before, 'times', { most: 1.05 })
  } finally {
    await seeded.stop()
  }
}

/** Resident memory while devices are linked, a minute later, and of the same gateway started again. */
async function afterLinking(): Promise<void> {
  const seeded = await seededGateway(0)
  const { gateway } = seeded
  const resident = () => processUsage(gateway.pid).residentMiB
  try {
    await gateway.start()
    report('no device: resident', resident(), 'MiB')
    const growth = new GrowthWatch(gateway)
    await linkAll(seeded)
    const { grownMiB, cpuSeconds } = growth.stop()
    report(`linking ${links}: growth of resident memory`, grownMiB, 'MiB')
    report(`linking ${links}: gateway CPU of one`, (cpuSeconds * 1000) / links, 'ms')
    await sleep(restMs)
    const after = resident()
    report('a minute later: resident', after, 'MiB')
    await gateway.stop()
    await gateway.start()
    await seeded.allConnected(120_000)
    await sleep(restMs)
    report('the same devices after a restart: resident', resident(), 'MiB')
    report('a minute after linking against a restart', after / resident(), 'times', { most: 1.05 })
  } finally {
    await seeded.stop()
  }
}

async function linkAll({ sandbox, gateway }: SeededGateway): Promise<void> {
  const apiKey = await createApiKey(gateway.url, gateway.adminSecret, { max_devices: links })
  let next = 0
  const worker = async () => {
    for (let n = next++; n < links; n = next++) {
      const phone = await sandbox.phone({ name: `Phone ${n}` })
      const api = await createDevice(gateway.url, apiKey, `Device ${n}`)
      await phone.scan(await api.loginQr())
      await api.connected()
    }
  }
  await Promise.all(Array.from({ length: linksAtOnce }, worker))
}
