import { type Caller, type SampleRequest, searchOf } from './sample-request.ts'

const credentials: Readonly<Record<Caller, readonly string[]>> = {
  device: [`"Authorization": f"Bearer {os.environ['TOKEN']}"`],
  api_key: [`"X-API-Key": os.environ["KEY"]`],
  admin: [`"X-Admin-Secret": os.environ["ADMIN"]`],
  session: [`"Cookie": f"switchboard_session={os.environ['SESSION']}"`, `"X-Requested-With": "switchboard"`],
  none: [],
}

const constants: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None' }

/** A value of JSON as Python writes it. */
const literal = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, inner]) => `${JSON.stringify(name)}: ${literal(inner)}`)
      .join(', ')}}`
  return constants[String(value)] ?? JSON.stringify(value)
}

const contentOf = ({ body, file }: SampleRequest): string[] => {
  if (file) return [`files={"${file.field}": open("${file.name}", "rb")},`]
  return body === undefined ? [] : [`json=${literal(body)},`]
}

const ends: Readonly<Record<SampleRequest['answer'], readonly string[]>> = {
  envelope: ['print(answer.json())'],
  text: ['print(answer.text)'],
  bytes: ['open("file", "wb").write(answer.content)'],
  nothing: ['print(answer.status_code)'],
  stream: ['for line in answer.iter_lines(decode_unicode=True):', '    print(line)'],
  socket: [],
}

/** The request for Python with `requests`. */
export const pythonSample = (request: SampleRequest): string => {
  const { method, path, caller, idempotencyKey, answer } = request
  if (answer === 'socket') return ''
  const headers = [...credentials[caller], ...(idempotencyKey ? [`"Idempotency-Key": "${idempotencyKey}"`] : [])]
  const parts = [
    `f"{os.environ['API']}${path}${searchOf(request)}",`,
    ...(headers.length > 0 ? [`headers={${headers.join(', ')}},`] : []),
    ...contentOf(request),
    // A send waits up to a minute for WhatsApp.
    answer === 'stream' ? 'stream=True,' : 'timeout=90,',
  ]
  return [
    'import os',
    'import requests',
    '',
    `answer = requests.${method.toLowerCase()}(`,
    ...parts.map((part) => `    ${part}`),
    ')',
    'answer.raise_for_status()',
    ...ends[answer],
  ].join('\n')
}
