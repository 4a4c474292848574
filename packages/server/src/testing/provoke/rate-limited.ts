import type { RegisteredOperation } from '../../kit/registered.ts'
import type { ApiAnswer } from '../api-client.ts'
import type { Change } from '../change.ts'
import { until } from '../until.ts'
import type { Provoke, Walk } from '../walk.ts'
import { forNewFile } from '../with-file.ts'

/** Nobody takes what the first ones ask for, so that all of them stay under way. */
const manyAtOnce = async (walk: Walk, entry: RegisteredOperation): Promise<ApiAnswer> => {
  const request = await forNewFile(walk, entry, () => {})
  const { downloadFaults } = walk.gateway.sandbox!.world.media
  const held = Array.from({ length: 17 }, () => downloadFaults.holdNext())
  const asked = held.map(() => walk.ask(entry, request))
  const refused = await Promise.race(asked)
  for (const release of held) release()
  await Promise.all(asked)
  // One of them was not needed.
  await walk.ask(entry, request)
  return refused
}

/** Of one address. */
const tooManyGuesses = async ({ cutOff }: Walk): Promise<Change> => {
  const guess = cutOff.api.with({ 'x-admin-secret': 'a guess' })
  await until('guessing is over', async () => (await guess.call('GET', '/admin/stats')).status === 429)
  return { api: guess }
}

/** Every kind of caller has a limit of its own to use up. */
export default (async (walk, entry, as) => {
  const { gateway, cutOff, mine } = walk
  if (entry.id === 'media.openLink') return manyAtOnce(walk, entry)
  if (entry.id === 'console.signIn') return tooManyGuesses(walk)
  if (as === 'none') {
    const guess = { device_id: mine.device.id, device_secret: 'a guess' }
    for (let n = 0; n < 10; n++) await cutOff.api.call('POST', '/devices/token', guess)
    return { api: cutOff.api }
  }
  if (as === 'admin') return tooManyGuesses(walk)
  const limited = await gateway.createKey({ rate_limit_per_hour: 2 })
  const { api } = await gateway.createDevice(limited.key)
  if (as === 'session') return { api: await gateway.signIn(limited.key) }
  await api.get('/devices/me')
  return { api: as === 'device' ? api : limited.api }
}) satisfies Provoke
