import { processUsage } from '../steps/process-usage.ts'
import { report } from '../steps/report.ts'
import { type SeededGateway, seededGateway } from '../steps/seeded-gateway.ts'
import { decrypted, makeFriends, sendAtOnce } from '../steps/texts.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const threadCounts = [0, 1, 2]
const sessions = 20
const textsInRound = 600
const rounds = 3

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!

interface Measured {
  readonly threads: number
  readonly seeded: SeededGateway
  readonly friends: Awaited<ReturnType<typeof makeFriends>>
  readonly perSecond: number[]
  readonly cpuMs: number[]
  failed: number
  idleMiB: number
}

const start = async (threads: number): Promise<Measured> => {
  const seeded = await seededGateway(sessions, { SWITCHBOARD_ENGINE_THREADS: String(threads) })
  return {
    threads,
    seeded,
    friends: await makeFriends(seeded, sessions),
    perSecond: [],
    cpuMs: [],
    failed: 0,
    idleMiB: 0,
  }
}

const warmUp = async (measured: Measured): Promise<void> => {
  const { seeded, friends } = measured
  await seeded.gateway.start()
  await seeded.allConnected(120_000)
  measured.idleMiB = processUsage(seeded.gateway.pid).residentMiB
  await sendAtOnce(seeded.devices, friends, sessions * 20)
}

const sendRound = async (measured: Measured, inFlight: number): Promise<void> => {
  const { seeded, friends, perSecond, cpuMs } = measured
  const [arrivedBefore, used] = [decrypted(friends), processUsage(seeded.gateway.pid).cpuMs]
  const began = performance.now()
  measured.failed += await sendAtOnce(seeded.devices, friends, textsInRound, inFlight)
  perSecond.push(((decrypted(friends) - arrivedBefore) * 1000) / (performance.now() - began))
  cpuMs.push((processUsage(seeded.gateway.pid).cpuMs - used) / textsInRound)
}

/** Texts through the API with the devices in the main thread, in one thread of their own, and in two: taking turns for the rate, then all at once for the processor
 *  time, so that what else the machine does weighs on all of them. On two cores the world of the bench takes one: the rate says little there. */
export async function shards(): Promise<void> {
  const inFlight = wholeNumber('BENCH_IN_FLIGHT', 20)
  const all: Measured[] = []
  try {
    for (const threads of threadCounts) all.push(await start(threads))
    for (const measured of all) await warmUp(measured)
    for (let round = 0; round < rounds; round++) for (const measured of all) await sendRound(measured, inFlight)
    const perSecond = all.map((measured) => median(measured.perSecond))
    for (const measured of all) measured.cpuMs.length = 0
    for (let round = 0; round < rounds; round++) await Promise.all(all.map((measured) => sendRound(measured, inFlight)))
    const [none] = all
    for (const [place, { threads, seeded, cpuMs, failed, idleMiB }] of all.entries()) {
      const name = `${threads} threads`
      report(`${name}: texts that were not sent`, failed, '')
      report(`${name}: texts sent and decrypted a second`, perSecond[place]!, '/s')
      report(`${name}: gateway CPU a text, all at once`, median(cpuMs), 'ms')
      const ratios = cpuMs.map((each, round) => each / none!.cpuMs[round]!)
      if (threads > 0) report(`${name}: that CPU against none`, median(ratios), 'times')
      report(`${name}: resident with ${sessions} idle devices`, idleMiB, 'MiB')
      if (threads > 0) report(`${name}: resident, for each thread`, (idleMiB - none!.idleMiB) / threads, 'MiB')
      report(`${name}: resident after the texts`, processUsage(seeded.gateway.pid).residentMiB, 'MiB')
    }
  } finally {
    await Promise.all(all.map(({ seeded }) => seeded.stop()))
  }
}
