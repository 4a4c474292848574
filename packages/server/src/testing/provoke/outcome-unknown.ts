import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { until } from '../until.ts'
import type { Provoke } from '../walk.ts'

/** The connection breaks while WhatsApp is asked, and then two things are there that the request may have made. */
export default (async (walk, entry) => {
  const { device, values } = walk.mine
  const isChannel = entry.operation.path.startsWith('/newsletters')
  const change = { headers: { 'idempotency-key': randomUUID() } }
  await walk.gateway.sandbox!.fault.apply({
    device: walk.jid,
    direction: 'in',
    tag: 'iq',
    xmlns: isChannel ? 'w:mex' : 'w:g2',
    action: { kind: 'stream-error', code: 503 },
  })
  const cut = await walk.ask(entry, change)
  assert.ok(cut.status >= 400, `${entry.id} answered ${cut.status}: it was not cut off`)
  const { name } = values.body(entry) as { name: string }
  for (const _ of [1, 2]) {
    if (isChannel) await device.phone.channels.create({ name })
    else await device.phone.groups.create({ subject: name })
  }
  return until('it is connected again', async () => {
    const answer = await walk.ask(entry, change)
    return answer.body?.error_code === 'device_not_connected' ? undefined : answer
  })
}) satisfies Provoke
