import { parseArgs } from 'node:util'
import { Sandbox } from './start-sandbox.ts'

const usage = `A whole WhatsApp in one process: ${process.env['SWITCHBOARD_CALLED_AS'] || 'npm run world --'} <options>

  --port N        control API and WebSocket (default $SANDBOX_PORT or 7002)
  --host H        address to listen on (default 127.0.0.1)
  --seed N        everything but keys and message ids repeats with the same seed (default 1)
  --token T       bearer token that the control API asks for (default $SANDBOX_TOKEN, or none)
  --gateway URL   named by GET / for those who look for the gateway
  --tls           also answers TLS on the same port; GET / tells the authority to trust
  --data DIR      keeps people, keys, sessions and mailboxes there (default: in memory only)
`

/** As the gateway's LOG_FORMAT. */
const speaksJson = process.env['LOG_FORMAT']?.trim().toLowerCase() === 'json'

const jsonLine = (level: 'info' | 'error', msg: string, fields: object = {}): string =>
  `${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`

function readOptions() {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      port: text,
      host: text,
      seed: text,
      token: text,
      gateway: text,
      data: text,
      tls: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  return values
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new Error(`${name} must be a whole number from 0 to ${max}, got "${text}"`)
  }
  return value
}

async function main(): Promise<void> {
  const values = readOptions()
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const token = values.token ?? process.env['SANDBOX_TOKEN']
  const sandbox = await Sandbox.start({
    port: wholeNumber('port', values.port ?? process.env['SANDBOX_PORT'] ?? '7002', 65_535),
    host: values.host ?? '127.0.0.1',
    seed: wholeNumber('seed', values.seed ?? '1', 0xffffffff),
    control: true,
    ...(token ? { controlToken: token } : {}),
    ...(values.gateway ? { gatewayUrl: values.gateway } : {}),
    ...(values.data ? { dataDir: values.data } : {}),
    ...(values.tls ? { tls: true } : {}),
  })
  if (speaksJson) {
    const { origin: url, socketUrl: socket_url, rootKeyHex: root_key_hex } = sandbox
    process.stdout.write(jsonLine('info', 'The world is ready', { url, socket_url, root_key_hex }))
  } else {
    process.stdout.write(`sandbox  ${sandbox.origin}\nsocket   ${sandbox.socketUrl}\nroot key ${sandbox.rootKeyHex}\n`)
  }
  const stop = (): void => {
    void sandbox.stop().then(() => process.exit(0))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

main().catch((error: unknown) => {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: String(error) }
  const text = code === 'EADDRINUSE' ? `${message}. Another --port, or SANDBOX_PORT, moves it.` : message
  process.stderr.write(speaksJson ? jsonLine('error', text) : `${text}\n`)
  process.exitCode = code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1
})
