import type { FaultAction, FaultCondition, FaultRule } from '../world/faults/fault-action.ts'
import type { TransferFault } from '../world/media/transfer-faults.ts'

/** What happens at once and is done.
 *  - `lid-migration`: the phone tells its linked devices which hidden ids are behind the numbers it knows: chats move to them
 *  - `device-removed`: the phone unlinks this device
 *  - `app-state-dirty`: the server no longer knows what this device missed of the app state, and says that it must fetch all of it
 *  - `expired-media`: every link to that file ends with `status` (410 when absent); it may be uploaded again. `hash` is the SHA-256 of the sealed
 *    file, in base64: `fileEncSha256` of the message
 *  - `failed-transfer`: the media host fails the next `times` uploads or downloads (1 when absent), whoever they are of */
export type FaultDeed =
  | { readonly kind: 'device-removed' }
  | { readonly kind: 'lid-migration' }
  | { readonly kind: 'app-state-dirty' }
  | { readonly kind: 'expired-media'; readonly hash: string; readonly status?: 403 | 404 | 410 }
  | {
      readonly kind: 'failed-transfer'
      readonly transfer: 'upload' | 'download'
      readonly fault: Exclude<TransferFault, { kind: 'hold' }>
      readonly times?: number
    }

/** What concerns files, and no device. */
const ofFiles: ReadonlySet<string> = new Set(['expired-media', 'failed-transfer'] satisfies FaultDeed['kind'][])

/** Faults on command: the same words here and in `POST /faults`. */
export type FaultCommand = {
  /** JID of the device that it concerns; every kind but those of files needs one. */
  readonly device?: string
  /** Several devices at once: a partition cuts off all of them; `count` is for all of them together. */
  readonly devices?: readonly string[]
  readonly action: FaultAction | FaultCondition | FaultDeed
} & Partial<Omit<FaultRule, 'action'>>

const stanzaKinds: ReadonlySet<string> = new Set([
  'drop',
  'delay',
  'duplicate',
  'reorder',
  'corrupt',
  'nack',
  'stream-error',
  'silence',
] satisfies FaultAction['kind'][])

export function isStanzaAction(action: FaultCommand['action']): action is FaultAction {
  return stanzaKinds.has(action.kind)
}

/** What in a command does not go together, if anything: a part that would have no effect is a mistake of whoever gave it. */
export function flawOf(command: FaultCommand): string | undefined {
  const { action, device, devices, ...rule } = command
  const meant = Object.entries(rule).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (device !== undefined && devices !== undefined) return 'device and devices exclude each other'
  const nobody = device === undefined && (devices === undefined || devices.length === 0)
  if (nobody !== ofFiles.has(action.kind)) {
    return nobody ? `${action.kind} concerns a device: name it` : `${action.kind} concerns a file, and no device`
  }
  if (!isStanzaAction(action) && meant.length > 0)
    return `${action.kind} strikes no single stanzas: ${meant.join(', ')} must be absent`
  if (action.kind === 'nack' && rule.direction === 'out')
    return 'a nack concerns what a device sends: direction must be in'
  return undefined
}
