import { STATUS_CODES } from 'node:http'
import type { CompatFamily } from '../define-call.ts'
import { messageCalls } from './messages.ts'
import { sendCalls } from './sends.ts'
import { sessionCalls } from './sessions.ts'

/** The most used calls of WAHA (https://waha.devlike.pro), for programs that were written for it. */
export const waha: CompatFamily = {
  name: 'waha',
  calls: [...sessionCalls, ...sendCalls, ...messageCalls],
  keyOf: (header, query) =>
    header('x-api-key') ?? /^bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1] ?? query['x-api-key'],
  failure: ({ code, message, details }, status) => ({
    ...{ statusCode: status, message, error: STATUS_CODES[status], error_code: code },
    ...(details && { details }),
  }),
}
