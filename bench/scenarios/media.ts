import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GrowthWatch } from '../steps/growth-watch.ts'
import { report } from '../steps/report.ts'
import { watchedGateway } from '../steps/watched-gateway.ts'

const fileBytes = 100 * 1000 * 1000
const atOnce = 4

/** Four files of 100 MB at once: from the client to the phone, and back from the media host to a client. */
export async function media(): Promise<void> {
  const seeded = await watchedGateway(atOnce)
  const folder = await mkdtemp(join(tmpdir(), 'bench-media-'))
  try {
    seeded.sandbox.world.media.maxTotalBytes = 2 * atOnce * fileBytes
    const friends = await Promise.all(seeded.devices.map((_, n) => seeded.sandbox.phone({ name: `Friend ${n}` })))
    const files = await Promise.all(
      seeded.devices.map(async (_, n) => {
        const path = join(folder, `${n}`)
        await writeFile(path, Buffer.alloc(fileBytes, n + 1))
        return path
      }),
    )
    await seeded.gateway.start()
    await seeded.allConnected(120_000)
    const { gateway, devices } = seeded
    const standstill = await seeded.watch()
    const send = async (n: number, path: string): Promise<string> => {
      const form = new FormData()
      form.append('file', await openAsBlob(path), 'large.bin')
      const { baseUrl, token } = devices[n]!.api
      const response = await fetch(`${baseUrl}/chats/${friends[n]!.id}/documents`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: form,
      })
      const { data, message } = (await response.json()) as { data?: { message_id: string }; message: string }
      if (!data) throw new Error(message)
      return data.message_id
    }
    // Once, small: so that everything is loaded.
    const small = join(folder, 'small')
    await writeFile(small, 'small')
    await Promise.all(devices.map((_, n) => send(n, small)))

    const measured = async <Result>(
      what: string,
      work: () => Promise<Result>,
      bytes = atOnce * fileBytes,
    ): Promise<Result> => {
      await standstill.reset()
      const growth = new GrowthWatch(gateway)
      const began = Date.now()
      const result = await work()
      const seconds = (Date.now() - began) / 1000
      const { grownMiB, cpuSeconds } = growth.stop()
      report(`${what}: growth of resident memory`, grownMiB, 'MiB', { most: 100 })
      report(`${what}: longest standstill of the event loop`, await standstill.longestMs(), 'ms', { most: 50 })
      if (bytes > 0) report(`${what}: bytes a second`, bytes / seconds / 1e6, 'MB/s')
      report(`${what}: gateway CPU`, cpuSeconds, 's')
      return result
    }
    // What other programs on the machine do to it.
    await measured('at rest for 10 s', () => sleep(10_000), 0)
    const ids = await measured(`${atOnce} uploads of 100 MB`, async () => {
      const sent = await Promise.all(files.map((path, n) => send(n, path)))
      await Promise.all(sent.map((id, n) => friends[n]!.until.message((message) => message.id === id, 300_000)))
      return sent
    })
    await measured(`${atOnce} downloads of 100 MB`, async () => {
      await Promise.all(
        ids.map(async (id, n) => {
          const { baseUrl, token } = devices[n]!.api
          const headers = { authorization: `Bearer ${token}` }
          const response = await fetch(`${baseUrl}/messages/${id}/media`, { headers })
          let bytes = 0
          for await (const chunk of response.body!) bytes += chunk.length
          if (bytes !== fileBytes) throw new Error(`${response.status}: ${bytes} bytes came`)
        }),
      )
    })
  } finally {
    await seeded.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
