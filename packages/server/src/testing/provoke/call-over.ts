import { until } from '../until.ts'
import type { Provoke } from '../walk.ts'

/** The friend hangs up first. */
export default (async ({ mine, ring, gateway }) => {
  const id = await ring()
  await mine.friend.calls.terminate(id)
  await until('the call is over', async () => {
    const { query } = gateway.services.database
    const row = await query.selectFrom('incoming_call').select('state').where('id', '=', id).executeTakeFirst()
    return row?.state === 'missed'
  })
  return { body: { call_id: id } }
}) satisfies Provoke
