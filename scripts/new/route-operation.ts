import { exampleValues } from '../generate/example-values.ts'
import { camelCase } from '../names.ts'
import { type ContractField, type ContractRoute, fileNameOf } from './contract-route.ts'

interface Import {
  readonly from: string
  readonly name: string
}

/** How the family of a route is written: the preset that fills in its needs, and what it refuses an unlinked device with until it is written. */
interface Family {
  readonly preset: string
  readonly module: string
  /** Schemas of path parameters that the preset reads. */
  readonly reads: readonly string[]
  readonly refusal: 'device_not_linked' | 'message_not_found' | 'unsupported'
}

const families: readonly (Family & { readonly fits: (route: ContractRoute) => boolean })[] = [
  {
    fits: ({ body = [] }) => body.some(({ type }) => type === 'file'),
    ...{ preset: 'defineUpload', module: '../../kit/define-upload.ts', reads: [], refusal: 'unsupported' },
  },
  {
    fits: ({ method, path, answer }) =>
      method === 'POST' &&
      path.startsWith('/chats/{') &&
      (answer?.fields.some(({ name }) => name === 'message_id') ?? false),
    ...{ preset: 'sendAct', module: '../../kit/send-act.ts', reads: ['chat_jid'], refusal: 'unsupported' },
  },
  {
    fits: ({ path }) => path.startsWith('/groups/{'),
    ...{ preset: 'groupAct', module: '../../kit/presets.ts', reads: ['*'], refusal: 'device_not_linked' },
  },
  {
    fits: ({ path }) => path.startsWith('/newsletters/{'),
    ...{ preset: 'channelAct', module: '../../kit/presets.ts', reads: ['*'], refusal: 'device_not_linked' },
  },
  {
    fits: ({ path }) => path.startsWith('/chats/{'),
    ...{ preset: 'chatAct', module: '../../kit/presets.ts', reads: ['*'], refusal: 'unsupported' },
  },
  {
    fits: ({ path }) => path.startsWith('/messages/{'),
    ...{ preset: 'messageAct', module: '../../kit/presets.ts', reads: ['*'], refusal: 'message_not_found' },
  },
  {
    fits: ({ path }) => path.startsWith('/users/{'),
    ...{ preset: 'personAct', module: '../../kit/presets.ts', reads: ['*'], refusal: 'unsupported' },
  },
  {
    fits: () => true,
    ...{ preset: 'defineOperation', module: '../../kit/define-operation.ts', reads: [], refusal: 'unsupported' },
  },
]

/** Shapes that have a name, by the fields that hold them. */
const shapes: Readonly<Record<string, Import>> = {
  ...Object.fromEntries(
    ['jid', 'user_jid', 'sender_jid', 'inviter', 'call_from'].map((name) => [
      name,
      { name: 'PersonAddress', from: 'chat-address' },
    ]),
  ),
  ...Object.fromEntries(
    ['chat_jid', 'to_chat_jid'].map((name) => [name, { name: 'ChatAddress', from: 'chat-address' }]),
  ),
  ...Object.fromEntries(
    ['group_jid', 'community_jid', 'parent_jid', 'child_jid', 'parent_group_jid'].map((name) => [
      name,
      { name: 'GroupAddress', from: 'chat-address' },
    ]),
  ),
  ...Object.fromEntries(
    ['message_id', 'poll_id', 'status_id'].map((name) => [name, { name: 'MessageId', from: 'message-id' }]),
  ),
  channel_jid: { name: 'ChannelAddress', from: 'chat-address' },
  phone: { name: 'Phone', from: 'phone' },
  device_id: { name: 'DeviceId', from: 'device-id' },
}

const quoted = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value))

/** Whether the documents know a text for a field of this name. */
const hasText = (name: string): boolean => [exampleValues[name]].flat().some((value) => typeof value === 'string')

const textShape = (name: string, imports: Import[]): string => {
  const shape = shapes[name]
  if (shape) {
    imports.push({ name: shape.name, from: `../../schemas/${shape.from}.ts` })
    return shape.name
  }
  return hasText(name) ? 'z.string().max(1000)' : `z.string().max(1000).meta({ examples: ['${name}'] })`
}

/** What a list of texts holds: people, or whatever it is called. */
const listSample = (name: string): string => (/^(participants|users|phones)$/.test(name) ? '4917087654321' : name)

const shapeOf = ({ name, type, enum: choices }: ContractField, imports: Import[], path: string): string => {
  if (choices) return `z.enum([${choices.map(quoted).join(', ')}])`
  switch (type) {
    case 'integer':
      return 'z.int()'
    case 'number':
      return 'z.number()'
    case 'boolean':
      return 'z.boolean()'
    case 'string[]':
      return `z.array(z.string().max(100)).max(1024).meta({ examples: [['${listSample(name)}']] })`
    case 'integer[]':
      return 'z.array(z.int()).max(1000).meta({ examples: [[100]] })'
    case 'object':
      return 'z.record(z.string().max(100), z.json())'
    default:
      // `{jid}` in the path of a channel is its address.
      return textShape(name === 'jid' && path.startsWith('/newsletters/') ? 'channel_jid' : name, imports)
  }
}

const fieldLines = (fields: readonly ContractField[], imports: Import[], path = ''): string =>
  fields
    .filter(({ type }) => type !== 'file')
    .map((field) => {
      const standard = field.default === undefined ? '.optional()' : `.default(${quoted(field.default)})`
      return `    ${field.name}: ${shapeOf(field, imports, path)}${field.required ? '' : standard},`
    })
    .join('\n')

/** Of the answer only what is flat: the rest is for whoever writes it. */
const answerShape = ({ answer }: ContractRoute): string | undefined => {
  if (!answer || answer.type === 'file' || answer.type === 'html') return undefined
  const prefix = answer.type === 'array' ? '[].' : ''
  const flat = answer.fields.filter(({ name }) => name.startsWith(prefix) && /^\w+$/.test(name.slice(prefix.length)))
  const types: Record<string, string> = { integer: 'z.int()', number: 'z.number()', boolean: 'z.boolean()' }
  const lines = flat.map(({ name, type }) => {
    const field = name.slice(prefix.length)
    const text = hasText(field) ? 'z.string()' : `z.string().meta({ examples: ['${field}'] })`
    return `    ${field}: ${types[type] ?? text},`
  })
  const object = `z.object({\n${lines.join('\n')}\n  })`
  return answer.type === 'array' ? `z.array(${object})` : object
}

const paramsOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

const mediaKinds: Readonly<Record<string, string>> = {
  videos: 'video',
  audio: 'audio',
  stickers: 'sticker',
  documents: 'document',
}

const importLines = (imports: readonly Import[]): string => {
  const byModule = Map.groupBy(imports, ({ from }) => from)
  return [...byModule]
    .map(
      ([from, entries]) =>
        `import { ${[...new Set(entries.map(({ name }) => name))].sort().join(', ')} } from '${from}'`,
    )
    .sort()
    .join('\n')
}

/** The file of an operation as the contract has it. It answers 501 until its `run` is written. */
const operationFile = (route: ContractRoute, family: Family): string => {
  const { preset } = family
  const imports: Import[] = [
    { name: 'AppError', from: '../../errors/app-error.ts' },
    { name: preset, from: family.module },
  ]
  const read = family.reads.includes('*') ? paramsOf(route.path).slice(0, 1) : family.reads
  const params = paramsOf(route.path).filter((name) => !read.includes(name))
  const isSend = preset === 'sendAct'
  const isUpload = preset === 'defineUpload'
  const defines = preset === 'defineOperation' || isUpload
  const lines = [
    ...(isSend || isUpload ? [] : [`  method: '${route.method}',`]),
    `  path: '${route.path}',`,
    ...(defines ? [`  auth: '${route.auth}',`] : []),
    `  summary: '${route.summary.replaceAll("'", '’')}',`,
  ]
  const named = params.map((name): ContractField => ({ name, type: 'string', required: true }))
  if (params.length > 0) lines.push(`  params: z.object({\n${fieldLines(named, imports, route.path)}\n  }),`)
  if (route.query) lines.push(`  query: z.object({\n${fieldLines(route.query, imports)}\n  }),`)
  if (isUpload) {
    const file = route.body?.find(({ type }) => type === 'file')
    const kind = mediaKinds[route.path.split('/').at(-1)!] ?? 'image'
    const field = file && file.name !== 'file' ? `, field: '${file.name}'` : ''
    lines.push(`  media: { kind: '${kind}'${field}${file?.required ? '' : ', optional: true'} },`)
  }
  const fields = fieldLines(route.body ?? [], imports)
  const body = isUpload ? 'fields' : 'body'
  const takesBody = route.body !== undefined || isSend
  if (takesBody) lines.push(`  ${body}: z.object({\n${fields}\n  }),`)
  if (route.forms && preset === 'defineOperation') lines.push('  forms: true,')
  const answer = isSend ? undefined : answerShape(route)
  if (answer) lines.push(`  response: ${answer},`)
  if (route.status === 201) lines.push('  status: 201,')
  if (isSend) lines.push("  content: () => {\n    throw new AppError('unsupported')\n  },")
  else lines.push("  errors: ['unsupported'],\n  async run() {\n    throw new AppError('unsupported')\n  },")
  const text = lines.join('\n')
  const zod = text.includes('z.') ? "import { z } from 'zod'\n" : ''
  return `${zod}${importLines(imports)}\n\nexport default ${preset}({\n${text}\n})\n`
}

const sampleOf = ({ type, enum: choices, name }: ContractField): unknown => {
  if (choices) return choices[0]
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return 1
  if (type.endsWith('[]')) return type === 'integer[]' ? [100] : [listSample(name)]
  if (type === 'object') return {}
  const shape = shapes[name]?.name
  if (shape === 'GroupAddress') return '120363012345678901@g.us'
  if (shape === 'MessageId') return '3EB0C767D26A1B2E5F6A77'
  return shape ? '4917087654321' : name
}

const pathSample = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (path.startsWith('/newsletters/')) return name === 'jid' ? '120363098765432109' : name
    return encodeURIComponent(String(sampleOf({ name, type: 'string' })))
  })

const testFile = (route: ContractRoute, family: Family, id: string): string => {
  const required = (route.body ?? []).filter((field) => field.required && field.type !== 'file')
  const file = route.body?.find(({ type }) => type === 'file')
  const sample = Object.fromEntries(required.map((field) => [field.name, sampleOf(field)]))
  const body = { ...sample, ...(file && { url: 'https://example.com/picture.jpg' }) }
  const given = Object.keys(body).length > 0 ? `, ${JSON.stringify(body)}` : ''
  const device = route.auth === 'device'
  const caller = device
    ? 'const { api } = await gateway.createDevice()'
    : route.auth === 'api_key'
      ? 'const { api } = await gateway.createKey()'
      : `const api = gateway.${route.auth === 'admin' ? 'admin' : 'api'}`
  const refusal = family.refusal
  const sentence = refusal === 'unsupported' ? 'is not supported yet' : 'needs what it is about'
  return `import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

describe('${id}', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway.stop())

  it('${sentence}', async () => {
    ${caller}
    await api.refuses('${refusal}', '${route.method}', '${pathSample(route.path)}'${given})
  })
})
`
}

/** The files of a route of the contract, with path, fields, tag and errors filled in. @param name its file, when the contract's name is not the best one */
export const routeFiles = (
  route: ContractRoute,
  name = fileNameOf(route),
): { folder: string; files: Record<string, string> } => {
  const family = families.find(({ fits }) => fits(route))!
  const id = `${camelCase(route.folder)}.${camelCase(name)}`
  return {
    folder: route.folder,
    files: { [`${name}.ts`]: operationFile(route, family), [`${name}.test.ts`]: testFile(route, family, id) },
  }
}
