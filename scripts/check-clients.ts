// Makes clients from the OpenAPI document with the generators that people use, compiles each, and sends a text with two of them. What the machine
// has no program for is passed over, with a line. Names as arguments choose: `npm run check-clients -- oapi-codegen`.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { startTestGateway } from '../packages/server/src/testing/start-test-gateway.ts'
import { type Check, checks, type Workplace } from './check-clients/clients.ts'
import { has } from './check-clients/tools.ts'

const root = path.resolve(import.meta.dirname, '..')
const place: Workplace = {
  root,
  folder: path.join(root, 'node_modules/.cache/check-clients'),
  document: path.join(root, 'packages/server/src/generated/openapi.json'),
}
mkdirSync(place.folder, { recursive: true })

const chosen = process.argv.slice(2)
const wanted = checks.filter(({ name }) => chosen.length === 0 || chosen.some((word) => name.includes(word)))
if (wanted.length === 0) {
  console.error(`Unknown: ${chosen.join(' ')}. There are: ${checks.map(({ name }) => name).join('; ')}.`)
  process.exit(2)
}

/** The phone of the recipient has what the client sent. */
const sendsWith = async ({ name, call }: Check): Promise<void> => {
  if (!call) return
  const gateway = await startTestGateway({ sandbox: true })
  try {
    const { token } = await gateway.linkDevice()
    const bob = await gateway.phone('Bob')
    const text = `sent with ${name}`
    await call(place, { url: gateway.api.url, token, chat: bob.id, text })
    await bob.until.message((message) => message.text === text)
  } finally {
    await gateway.stop()
  }
}

for (const check of wanted) {
  const missing = check.needs.filter((program) => !has(program))
  if (missing.length > 0) {
    console.log(`passed over: ${check.name}, there is no ${missing.join(' and no ')} here`)
    continue
  }
  const begun = Date.now()
  try {
    await check.make(place)
    await sendsWith(check)
    const done = check.call ? 'compiles and sends' : 'is as it should be'
    console.log(`${check.name} ${done} (${Math.round((Date.now() - begun) / 1000)} s)`)
  } catch (error) {
    console.error(`${check.name}: ${(error as Error).message}`)
    process.exitCode = 1
  }
}
