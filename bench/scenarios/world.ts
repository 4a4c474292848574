import { Sandbox } from '@switchboard/sandbox'
import { seedLinkedAccounts, startTraffic } from '@switchboard/sandbox/load'
import { report } from '../steps/report.ts'

const accounts = 1_000
const messages = 5_000

/** The world alone: seeding, memory an account, and what a message between two phones costs (both phones' cryptography included). */
export async function routedMessages(): Promise<void> {
  const sandbox = await Sandbox.start({ seed: 1 })
  try {
    const began = Date.now()
    const before = process.memoryUsage().rss
    const seeded = await seedLinkedAccounts(sandbox, accounts)
    report(`seeding ${accounts} linked accounts`, (Date.now() - began) / 1000, 's')
    report('resident an account, phone included', (process.memoryUsage().rss - before) / 2 ** 20 / accounts, 'MiB', {
      most: 0.3,
    })
    const phones = seeded.slice(0, 20).map(({ phone }) => phone)
    const traffic = (total: number) =>
      startTraffic(sandbox, {
        from: phones.slice(0, 10),
        to: phones.slice(10).map(({ jid }) => jid),
        perSecond: 5_000,
        total,
      }).done
    await traffic(500)
    const start = process.cpuUsage()
    const { sent } = await traffic(messages)
    const used = process.cpuUsage(start)
    report('CPU a message between two phones', (used.user + used.system) / 1000 / sent, 'ms')
  } finally {
    await sandbox.stop()
  }
}
