import type { Device } from '../../world/account.ts'
import type { World } from '../../world/world.ts'
import { BarePhone } from './bare-phone.ts'
import { StockClient } from './stock-client.ts'

export interface LinkedClient {
  readonly phone: BarePhone
  readonly device: Device
  readonly client: StockClient
}

/** A person with a bare phone and a stock client that is linked, logged in and open. */
export async function linkedClient(
  world: World,
  url: string,
  name: string,
  phone = new BarePhone(world, name),
): Promise<LinkedClient> {
  const client = new StockClient(world, url)
  client.connect()
  const device = await phone.scan(await client.qr())
  await client.connection((update) => update.connection === 'close')
  // A real phone sends the push name by app state; without a name baileys never says that it is available.
  client.state.creds.me!.name = name
  const before = world.log.cursor
  await client.reopen()
  await world.log.until((event) => event.type === 'active', undefined, before)
  return { phone, device, client }
}
