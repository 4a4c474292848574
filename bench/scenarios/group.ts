import { setTimeout as sleep } from 'node:timers/promises'
import type { Phone, Sandbox } from '@switchboard/sandbox'
import { seedSilentPeople } from '@switchboard/sandbox/load'
import { processUsage } from '../steps/process-usage.ts'
import { report } from '../steps/report.ts'
import type { Run } from '../steps/run.ts'
import type { SeededDevice } from '../steps/seeded-gateway.ts'
import { TextWatch } from '../steps/text-watch.ts'
import { reportAtRest, watchedGateway } from '../steps/watched-gateway.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const members = wholeNumber('BENCH_MEMBERS', 250)
const readers = 3
const groupsInRound = 3
const textsInGroup = 5

/** Texts to a large group: the first, for which every member gets a key, and those after it. */
export async function group(run: Run): Promise<void> {
  await costs(run)
  if (!run.compared) await standstills()
}

interface Group {
  readonly jid: string
  readonly readers: readonly Phone[]
}

/** A group of people to whom nothing was ever sent. */
async function groupOfStrangers(sandbox: Sandbox, { account }: SeededDevice): Promise<Group> {
  const phones = await Promise.all(Array.from({ length: readers }, (_, n) => sandbox.phone({ name: `Reader ${n}` })))
  const silent = await seedSilentPeople(sandbox, members - readers - 1)
  const participants = [...silent.map((number) => `${number}@s.whatsapp.net`), ...phones.map(({ jid }) => jid)]
  const { jid } = await account.phone.groups.create({ subject: 'Everybody', participants })
  return { jid, readers: phones }
}

async function sendTo({ jid, readers }: Group, { api }: SeededDevice, text: string): Promise<void> {
  const { status, body } = await api.sendText(jid, text)
  if (status !== 200) throw new Error(`${text} was answered with ${status}: ${body.message}`)
  await Promise.all(readers.map((phone) => phone.until.message((message) => message.text === text)))
}

async function costs(run: Run): Promise<void> {
  const seeded = await run.seededGateway(1)
  try {
    const { sandbox, gateway } = seeded
    const sender = seeded.devices[0]!
    await gateway.start()
    await seeded.allConnected(60_000)
    await sendTo(await groupOfStrangers(sandbox, sender), sender, 'warm')
    const cost = async (work: () => Promise<void>) => {
      await run.together()
      const { cpuMs } = processUsage(gateway.pid)
      await work()
      // Receipts still come.
      await sleep(1_000)
      return processUsage(gateway.pid).cpuMs - cpuMs
    }
    await run.rounds(async () => {
      const groups: Group[] = []
      for (let n = 0; n < groupsInRound; n++) groups.push(await groupOfStrangers(sandbox, sender))
      const first = await cost(async () => {
        for (const to of groups) await sendTo(to, sender, 'first')
      })
      run.report(`first text to a group of ${members}: gateway CPU`, first / groupsInRound, 'ms', { ratio: 0.5 })
      const known = await cost(async () => {
        for (const to of groups) for (let n = 0; n < textsInGroup; n++) await sendTo(to, sender, `known ${n}`)
      })
      const texts = groupsInRound * textsInGroup
      run.report(`next text to a group of ${members}: gateway CPU`, known / texts, 'ms', { ratio: 0.7 })
    })
  } finally {
    await seeded.stop()
  }
}

/** How long the event loop stands still meanwhile, and how long the texts of another device take. */
async function standstills(): Promise<void> {
  const seeded = await watchedGateway(2)
  try {
    const { sandbox, gateway, devices } = seeded
    const [sender, other] = [devices[0]!, devices[1]!]
    const everybody = await groupOfStrangers(sandbox, sender)
    const friend = await sandbox.phone({ name: 'Friend' })
    await gateway.start()
    await seeded.allConnected(60_000)
    for (const { api } of devices) await api.sendText(friend.id, 'hello')
    const standstill = await seeded.watch()
    await reportAtRest(standstill, 50)
    for (const what of ['the first text', 'the second text']) {
      await standstill.reset()
      const others = new TextWatch(other.api, friend.id)
      const began = performance.now()
      await sendTo(everybody, sender, what)
      report(`${what}: until three phones show it`, performance.now() - began, 'ms')
      await standstill.report(what, 50)
      await others.report(`${what}, texts of another device meanwhile`, 1000)
    }
  } finally {
    await seeded.stop()
  }
}
