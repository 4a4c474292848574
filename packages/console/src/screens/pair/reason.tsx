import type { Device } from '../devices/use-device.ts'
import { pairWords } from './words.ts'

/** Reasons with which a link, or an attempt to link, ends. `undefined` is none. */
const isEnd = ({ state, reason }: Device): boolean => reason !== null && state !== 'pairing' && state !== 'connecting'

/** Why the last attempt, or the last link, ended: in the server's words. */
export const Reason = ({ device }: { readonly device: Device }) =>
  isEnd(device) ? (
    <div class="note warn" role="status">
      <p>
        <strong>{pairWords().failed}</strong> (<code>{device.reason}</code>)
      </p>
      <p>{device.next_action.text}</p>
    </div>
  ) : null
