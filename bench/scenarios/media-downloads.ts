import { createHash, randomBytes } from 'node:crypto'
import { report } from '../steps/report.ts'
import { type SeededDevice, seededGateway } from '../steps/seeded-gateway.ts'

const mebibyte = 1024 * 1024
const fileBytes = 100 * mebibyte
const atOnce = 4
const lookMs = 20

/** Several downloads of a large file at once: how much memory they take, and how long they hold up everybody else. */
export async function mediaDownloads(): Promise<void> {
  const seeded = await seededGateway(1, { SWITCHBOARD_MEDIA_QUOTA: '1G' })
  try {
    const [device] = seeded.devices as [SeededDevice]
    const friend = await seeded.sandbox.phone({ name: 'Friend' })
    await seeded.gateway.start()
    await seeded.allConnected(120_000)
    const data = randomBytes(fileBytes)
    const { id } = await friend.send(device.account.jid, { document: { data } })
    const hash = createHash('sha256').update(data).digest('hex')
    await arrived(device, id)
    for (const from of ['WhatsApp', 'the disk']) {
      const before = seeded.gateway.usage()
      const watch = watching(seeded.gateway, device)
      const began = Date.now()
      const hashes = await Promise.all(Array.from({ length: atOnce }, () => download(device, id)))
      const seconds = (Date.now() - began) / 1000
      const { mostRss, slowestMs } = await watch.end()
      const whole = hashes.filter((each) => each === hash).length
      const what = `${atOnce} downloads of 100 MB from ${from} (${whole} whole)`
      report(`${what}: memory grows by`, (mostRss - before.rssBytes) / mebibyte, 'MB', { most: 100 })
      report(`${what}: together`, (atOnce * 100) / seconds, 'MB/s')
      report(`${what}: slowest answer of another request`, slowestMs, 'ms')
    }
  } finally {
    await seeded.stop()
  }
}

async function arrived(device: SeededDevice, id: string): Promise<void> {
  while ((await device.api.call('GET', `/messages/${id}`)).status !== 200) {
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
}

async function download({ api }: SeededDevice, id: string): Promise<string> {
  const answer = await fetch(`${api.baseUrl}/messages/${id}/media`, {
    headers: { authorization: `Bearer ${api.token}` },
  })
  const hash = createHash('sha256')
  for await (const chunk of answer.body!) hash.update(chunk)
  return hash.digest('hex')
}

/** Looks at the memory of the gateway, and asks for something small, until it is ended. */
function watching(gateway: { usage(): { rssBytes: number } }, { api }: SeededDevice) {
  let [mostRss, slowestMs, over] = [0, 0, false]
  const watch = (async () => {
    while (!over) {
      mostRss = Math.max(mostRss, gateway.usage().rssBytes)
      const began = performance.now()
      await api.call('GET', '/devices/me/media-policy')
      slowestMs = Math.max(slowestMs, performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  })()
  return {
    async end() {
      over = true
      await watch
      return { mostRss, slowestMs }
    },
  }
}
