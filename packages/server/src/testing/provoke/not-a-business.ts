import type { Provoke } from '../walk.ts'

/** The friend of the walk is a business, the owner of the device is none. */
export default (({ mine }) => ({ path: { jid: mine.device.phone.jid } })) satisfies Provoke
