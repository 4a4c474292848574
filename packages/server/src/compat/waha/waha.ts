import { STATUS_CODES } from 'node:http'
import type { CompatFamily } from '../define-call.ts'
import { saidAs, type Words } from '../their-words.ts'
import { messageCalls } from './messages.ts'
import { sendCalls } from './sends.ts'
import { sessionCalls } from './sessions.ts'

const words: Words = {
  unauthorized: 'Unauthorized: X-Api-Key is missing, or is no key of this server',
  device_not_found: 'Session not found',
  not_found: 'This server has no such call',
}

/** The most used calls of WAHA (https://waha.devlike.pro), for programs that were written for it. */
export const waha: CompatFamily = {
  name: 'waha',
  calls: [...sessionCalls, ...sendCalls, ...messageCalls],
  keyOf: (header, query) =>
    header('x-api-key') ?? /^bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1] ?? query['x-api-key'],
  failure: (error, status) => {
    const { code, details } = error
    const message = saidAs(error, words)
    return {
      ...{ statusCode: status, message, error: STATUS_CODES[status], error_code: code },
      ...(details && { details }),
    }
  },
  owns: (path) => /^\/api\//i.test(path),
}
