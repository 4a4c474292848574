import { propose } from '../propose.ts'
import type { Provoke } from '../walk.ts'

/** Somebody has rejected it already. */
export default (async ({ mine: { device, key, friend } }) => {
  const person = key.api.with({ 'x-device-id': device.id })
  const id = await propose({ api: device.api, person }, friend.id)
  await person.post(`/approvals/${id}`, { decision: 'reject' })
  return { path: { approval_id: id } }
}) satisfies Provoke
