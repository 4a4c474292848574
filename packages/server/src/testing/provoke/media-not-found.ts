import { isUpload } from '../../kit/registered.ts'
import { placed } from '../path-values.ts'
import { propose } from '../propose.ts'
import type { Provoke } from '../walk.ts'

/** A message or an approval without a file, or a link that leads nowhere. */
export default (async ({ mine }, entry) => {
  const { operation } = entry
  if (isUpload(operation)) return { body: { message_id: undefined, base64: undefined, media_id: 'med_none' } }
  if (operation.auth === 'none') {
    return { path: { media_id: `med_${'A'.repeat(24)}` }, query: mine.values.query(entry) }
  }
  if (!operation.path.startsWith('/approvals')) {
    return placed(entry, ['MediaMessageId'], mine.values.known('MessageId'))
  }
  const { device, key, friend } = mine
  const person = key.api.with({ 'x-device-id': device.id })
  return { path: { approval_id: await propose({ api: device.api, person }, friend.id, 'text') } }
}) satisfies Provoke
