import type { Provoke } from '../walk.ts'
import { withPasskey } from '../with-passkey.ts'

export default (async ({ gateway }) => ({ api: (await withPasskey(gateway)).device.api })) satisfies Provoke
