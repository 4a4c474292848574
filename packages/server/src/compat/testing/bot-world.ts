import { after, before } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { Bot } from './bot.ts'

/** A gateway that stands in for a product, a bot that was written for that, and two people. */
export interface BotWorld {
  gateway: TestGateway
  /** What the bot calls with. */
  key: string
  bot: Bot
  /** Where the bot takes webhooks. */
  url: string
  /** The account of the bot, and somebody who writes to it. */
  ana: Phone
  bob: Phone
  /** A bot of another customer, or with other rights. */
  other(key: string): Bot
}

/** The header in which each product takes the key. */
export const keyHeaders = { waha: 'X-Api-Key', evolution: 'apikey' } as const

/** The world of a suite. Its parts are there once the suite runs. */
export const botWorld = (product: keyof typeof keyHeaders, environment: Record<string, string> = {}): BotWorld => {
  const world = {} as BotWorld
  before(async () => {
    const gateway = await startTestGateway({
      sandbox: true,
      environment: { SWITCHBOARD_COMPAT: product, ...environment },
    })
    const { key } = await gateway.createKey()
    const other = (credential: string) => new Bot(gateway.api.url, { [keyHeaders[product]]: credential })
    const bot = other(key)
    const [ana, bob] = [await gateway.phone('Ana'), await gateway.phone('Bob')]
    Object.assign(world, { gateway, key, bot, url: await bot.start(), ana, bob, other })
  })
  after(async () => {
    await world.bot?.stop()
    await world.gateway?.stop()
  })
  return world
}
