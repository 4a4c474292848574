import { camelCase } from '../names.ts'

const sentence = (words: string): string => {
  const text = words.replaceAll('-', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Files by name. The operation answers 501 until its `run` is written, and its test says so. */
export const operationFiles = (group: string, name: string): Record<string, string> => ({
  [`${name}.ts`]: `import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'POST',
  path: '/${group}/${name}',
  auth: 'device',
  summary: '${sentence(name)}',
  body: z.object({}),
  response: z.object({}),
  errors: ['unsupported'],
  async run(_context, _input) {
    throw new AppError('unsupported')
  },
})
`,
  [`${name}.test.ts`]: `import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

describe('${camelCase(group)}.${camelCase(name)}', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway.stop())

  it('is not supported yet', async () => {
    const device = await gateway.createDevice()
    await device.api.refuses('unsupported', 'POST', '/${group}/${name}', {})
  })
})
`,
})

export const eventFiles = (group: string, name: string): Record<string, string> => ({
  [`${name}.ts`]: `import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'

export default defineEvent({
  name: '${name.replaceAll('-', '.')}',
  group: '${sentence(group)}',
  summary: '${sentence(name)}',
  schema: z.object({ chat: z.string() }),
  example: { chat: '4917012345678@s.whatsapp.net' },
  // The sources are listed in events/event-source.ts.
  on: ['message'],
  from: () => undefined,
})
`,
  [`${name}.test.ts`]: `import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import ${camelCase(name)} from './${name}.ts'

describe('${name.replaceAll('-', '.')}', () => {
  it('has an example that fits its own schema', () => {
    assert.deepEqual(${camelCase(name)}.schema.parse(${camelCase(name)}.example), ${camelCase(name)}.example)
  })
})
`,
})
