import { seedSilentPeople } from '@switchboard/sandbox/load'
import { report } from '../steps/report.ts'
import { TextWatch } from '../steps/text-watch.ts'
import { reportAtRest, watchedGateway } from '../steps/watched-gateway.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const members = wholeNumber('BENCH_MEMBERS', 250)
const readers = 3

/** Texts to a large group: the first, for which every member gets a key, and one after it. Another device sends texts meanwhile. */
export async function group(): Promise<void> {
  const seeded = await watchedGateway(2)
  try {
    const { sandbox, gateway, devices } = seeded
    const [sender, other] = [devices[0]!, devices[1]!]
    const phones = await Promise.all(Array.from({ length: readers }, (_, n) => sandbox.phone({ name: `Reader ${n}` })))
    const silent = await seedSilentPeople(sandbox, members - readers - 1)
    const participants = [...silent.map((number) => `${number}@s.whatsapp.net`), ...phones.map(({ jid }) => jid)]
    const { jid } = await sender.account.phone.groups.create({ subject: 'Everybody', participants })
    const friend = await sandbox.phone({ name: 'Friend' })
    await gateway.start()
    await seeded.allConnected(60_000)
    for (const { api } of devices) await api.sendText(friend.id, 'hello')
    const standstill = await seeded.watch()
    await reportAtRest(standstill, 50)
    for (const what of ['the first text', 'the second text']) {
      await standstill.reset()
      const cpu = gateway.usage().cpuSeconds
      const others = new TextWatch(other.api, friend.id)
      const began = performance.now()
      const { status, body } = await sender.api.sendText(jid, what)
      if (status !== 200) throw new Error(`${what} was answered with ${status}: ${body.message}`)
      report(`${what}: until WhatsApp took it over`, performance.now() - began, 'ms')
      await Promise.all(phones.map((phone) => phone.until.message(({ text }) => text === what)))
      await standstill.report(what, 50)
      report(`${what}: gateway CPU`, (gateway.usage().cpuSeconds - cpu) * 1000, 'ms')
      await others.report(`${what}, texts of another device meanwhile`, 1000)
    }
  } finally {
    await seeded.stop()
  }
}
