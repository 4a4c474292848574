import { Refused } from '../phone/ask-server.ts'
import { ChannelRefused } from '../phone/channels/channel-line.ts'
import { GroupRefused } from '../phone/groups/group-line.ts'
import { NotThere } from '../phone/not-there.ts'
import { ControlError } from './control-error.ts'

/** What a phone could not do: the server's refusal keeps its code as HTTP status, somebody or something unknown is 404, all else that a phone says
 *  is the caller's doing. What the language itself throws is a fault of the sandbox, and stays one. */
export async function orRefused<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asRefusal(error)
  }
}

const ownFaults = [TypeError, RangeError, ReferenceError, SyntaxError]

function asRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ControlError || ownFaults.some((kind) => error instanceof kind)) {
    return error
  }
  const { message } = error
  if (error instanceof NotThere) return new ControlError(404, 'not_found', message)
  if (error instanceof GroupRefused) return new ControlError(statusOf(error), 'group_refused', message)
  if (error instanceof ChannelRefused) return new ControlError(statusOf(error), 'channel_refused', message)
  if (error instanceof Refused) return new ControlError(statusOf(error), 'refused', message)
  return new ControlError(400, 'invalid_request', message)
}

function statusOf({ code }: { code: number }): number {
  return code >= 400 && code < 500 ? code : 409
}
