import { until } from '../until.ts'
import type { Provoke } from '../walk.ts'

/** Every kind of caller has a limit of its own to use up. */
export default (async ({ gateway, cutOff, mine }, { operation: { auth } }) => {
  if (auth === 'none') {
    const guess = { device_id: mine.device.id, device_secret: 'a guess' }
    for (let n = 0; n < 10; n++) await cutOff.api.call('POST', '/devices/token', guess)
    return { api: cutOff.api }
  }
  if (auth === 'admin') {
    const guess = cutOff.api.with({ 'x-admin-secret': 'a guess' })
    await until('guessing is over', async () => (await guess.call('GET', '/admin/stats')).status === 429)
    return { api: guess }
  }
  const limited = await gateway.createKey({ rate_limit_per_hour: 2 })
  const { api } = await gateway.createDevice(limited.key)
  await api.get('/devices/me')
  return { api: auth === 'device' ? api : limited.api }
}) satisfies Provoke
