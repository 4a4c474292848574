import type { Phone } from '@switchboard/sandbox'
import type { SeededDevice, SeededGateway } from './seeded-gateway.ts'

/** People with phones in the world of the gateway. */
export const makeFriends = ({ sandbox }: SeededGateway, count: number): Promise<Phone[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => sandbox.phone({ name: `Friend ${n}` })))

export const decrypted = (friends: readonly Phone[]): number =>
  friends.reduce((sum, friend) => sum + friend.messages().length, 0)

/** Sends texts from device after device to friend after friend, some at a time. Resolves with how many were not answered as sent. */
export async function sendAtOnce(
  devices: readonly SeededDevice[],
  friends: readonly Phone[],
  total: number,
  inFlight = 20,
): Promise<number> {
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

/** Sends texts at a steady rate, whether or not the ones before were answered. Resolves with how long each answer took, in ms; NaN for one that was
 *  not answered as sent. */
export async function sendSteadily(
  devices: readonly SeededDevice[],
  friends: readonly Phone[],
  perSecond: number,
  seconds: number,
): Promise<number[]> {
  const answers: Promise<number>[] = []
  const began = performance.now()
  for (let n = 0; n < perSecond * seconds; n++) {
    const wait = (n / perSecond) * 1000 - (performance.now() - began)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const sentAt = performance.now()
    const answer = devices[n % devices.length]!.api.sendText(friends[n % friends.length]!.jid, `steady ${n}`)
    answers.push(
      answer.then(
        ({ status }) => (status === 200 ? performance.now() - sentAt : Number.NaN),
        // A connection that was kept may close just when it is used again.
        () => Number.NaN,
      ),
    )
  }
  return Promise.all(answers)
}
