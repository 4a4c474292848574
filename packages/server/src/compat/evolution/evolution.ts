import { STATUS_CODES } from 'node:http'
import type { CompatFamily } from '../define-call.ts'
import { instanceCalls } from './instances.ts'
import { messageCalls } from './messages.ts'
import { sendCalls } from './sends.ts'

/** The most used calls of Evolution API, version 2 and what differs in version 1, for programs that were written for it. */
export const evolution: CompatFamily = {
  name: 'evolution',
  calls: [...instanceCalls, ...sendCalls, ...messageCalls],
  keyOf: (header) => header('apikey'),
  failure: ({ code, message, details }, status) => ({
    ...{ status, error: STATUS_CODES[status], response: { message: [message] }, error_code: code },
    ...(details && { details }),
  }),
}
