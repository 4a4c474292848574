import { type Caller, type SampleRequest, searchOf } from './sample-request.ts'

const credentials: Readonly<Record<Caller, readonly string[]>> = {
  device: ['-H "Authorization: Bearer $TOKEN"'],
  api_key: ['-H "X-API-Key: $KEY"'],
  admin: ['-H "X-Admin-Secret: $ADMIN"'],
  session: ['-b "switchboard_session=$SESSION"', '-H "X-Requested-With: switchboard"'],
  none: [],
}

/** In quotes that a shell reads as they are. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const contentOf = ({ body, file }: SampleRequest): string[] => {
  if (file) return [`-F "${file.field}=@${file.name}"`]
  return body === undefined ? [] : ['-H "Content-Type: application/json"', `-d ${quoted(JSON.stringify(body))}`]
}

/** The request for a shell. */
export const curlSample = (request: SampleRequest): string => {
  const { method, path, caller, idempotencyKey, answer } = request
  if (answer === 'socket') return ''
  // A body makes it a POST by itself.
  const verb = method === 'GET' || (method === 'POST' && contentOf(request).length > 0) ? [] : [`-X ${method}`]
  return [
    ['curl', ...(answer === 'stream' ? ['-N'] : []), ...verb, `"$API${path}${searchOf(request)}"`].join(' '),
    ...credentials[caller],
    ...(idempotencyKey ? [`-H "Idempotency-Key: ${idempotencyKey}"`] : []),
    ...contentOf(request),
    ...(answer === 'bytes' ? ['-o file'] : []),
  ].join(' \\\n  ')
}
