import type { Provoke } from '../walk.ts'
import { withPasskey } from '../with-passkey.ts'

/** Signed with another key. */
export default (async ({ gateway }) => {
  const { device, phone, challenge } = await withPasskey(gateway)
  return { api: device.api, body: { credential: phone.passkey.sign(challenge, 'signature') } }
}) satisfies Provoke
