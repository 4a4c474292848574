import { report } from '../steps/report.ts'
import { type SeededDevice, seededGateway } from '../steps/seeded-gateway.ts'

const textsInAll = 1_500
const inFlight = 20

/** Texts through the API until the recipient's phone decrypted them. */
export async function sendTexts(counts: readonly number[]): Promise<void> {
  const seeded = await seededGateway(Math.max(...counts))
  try {
    const friends = await Promise.all(seeded.devices.map((_, n) => seeded.sandbox.phone({ name: `Friend ${n}` })))
    await seeded.gateway.start()
    await seeded.allConnected(120_000)
    await sendAll(seeded.devices, friends, seeded.devices.length * 2)
    for (const count of counts) {
      const decryptedBefore = decrypted(friends)
      const start = seeded.gateway.usage()
      const began = Date.now()
      const failed = await sendAll(seeded.devices.slice(0, count), friends, textsInAll)
      const seconds = (Date.now() - began) / 1000
      const cpu = seeded.gateway.usage().cpuSeconds - start.cpuSeconds
      const arrived = decrypted(friends) - decryptedBefore
      report(`${count} sessions: texts sent and decrypted a second (${failed} failed)`, arrived / seconds, '/s')
      report(`${count} sessions: gateway CPU a text`, (cpu * 1000) / textsInAll, 'ms', { most: 2.5 })
    }
  } finally {
    await seeded.stop()
  }
}

type Friend = Awaited<ReturnType<Awaited<ReturnType<typeof seededGateway>>['sandbox']['phone']>>

const decrypted = (friends: readonly Friend[]) => friends.reduce((sum, friend) => sum + friend.messages().length, 0)

async function sendAll(devices: readonly SeededDevice[], friends: readonly Friend[], total: number): Promise<number> {
  let next = 0
  let failed = 0
  const worker = async () => {
    for (let n = next++; n < total; n = next++) {
      const device = devices[n % devices.length]!
      const answer = await device.api.sendText(friends[n % devices.length]!.id, `text ${n}`)
      if (answer.status !== 200) failed++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return failed
}
