import { STATUS_CODES } from 'node:http'
import type { CompatFamily } from '../define-call.ts'
import { saidAs, type Words } from '../their-words.ts'
import { instanceCalls } from './instances.ts'
import { messageCalls } from './messages.ts'
import { sendCalls } from './sends.ts'

const words: Words = {
  unauthorized: 'Unauthorized: apikey is missing, or is no key of this server',
  device_not_found: 'The instance does not exist',
  not_found: 'This server has no such call',
}

/** Where its calls are. Source: Evolution API v2, src/api/routes/index.router.ts and src/api/integrations, read 2026-07. */
const places =
  /^\/(instance|message|chat|webhook|group|call|label|settings|proxy|template|chatwoot|typebot|openai|dify|flowise|n8n|evoai|evolutionBot|rabbitmq|sqs|websocket|nats|pusher)\//i

/** The most used calls of Evolution API, version 2 and what differs in version 1, for programs that were written for it. */
export const evolution: CompatFamily = {
  name: 'evolution',
  calls: [...instanceCalls, ...sendCalls, ...messageCalls],
  keyOf: (header) => header('apikey'),
  failure: (error, status) => {
    const { code, details } = error
    const response = { message: [saidAs(error, words)] }
    return { ...{ status, error: STATUS_CODES[status], response, error_code: code }, ...(details && { details }) }
  },
  owns: (path) => places.test(path),
}
