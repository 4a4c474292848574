import { SignalError } from '../errors.ts'

/** Message version 3 in the high half, highest version we speak in the low half. */
export const VERSION_BYTE = 0x33

/** What follows the version byte; `bad_version` unless the message is of version 3. */
export function withoutVersion(message: Uint8Array): Uint8Array {
  const version = message[0]
  if (version === undefined) throw new SignalError('malformed', 'An empty Signal message')
  if (version >> 4 !== 3) throw new SignalError('bad_version', `Signal message version ${version >> 4}, not 3`)
  return message.subarray(1)
}
