import { z } from 'zod'
import { routes } from '../../packages/sandbox/src/control/control-handler.ts'
import type { Route } from '../../packages/sandbox/src/control/route.ts'

type Schema = {
  type?: string | string[]
  description?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: unknown
}

const intro = `# The sandbox's control API

Base \`http://127.0.0.1:7002\` (\`SANDBOX_PORT\`), or \`/worlds/{name}\` under it for another world than the one at the root. JSON in and out. No
credentials, unless the sandbox was started with a token: then \`Authorization: Bearer <token>\`. Phones are named by their number
(digits), people and groups by JID; a person also by number. Instants are RFC 3339.

What goes wrong is answered with \`{"error": {"code", "message"}}\` and its status: 400 for what is not understood, 404 for what is not there,
405, 409 for what cannot be now, 413 for what is too large. How to use all this: [guide](../guide/sandbox.md).`

/** docs/reference/sandbox-control-api.md, from the routes themselves. */
export const controlReference = (note: string): string => {
  const areas = Map.groupBy(routes, ({ path }) => areaOf(path))
  const sections = Map.groupBy(routes, ({ path }) => {
    const area = areaOf(path)
    // A phone's smaller abilities share a section.
    return path.startsWith('/phones') && (areas.get(area)?.length ?? 0) < 3 ? 'phones' : area
  })
  const parts = [...sections].map(([name, members]) => `## ${name}\n\n${members.map(describeRoute).join('\n\n')}`)
  return `${note}\n\n${intro}\n\n${parts.join('\n\n')}\n`
}

const describeRoute = (route: Route): string => {
  const lines = [`### \`${route.method} ${route.path}\``]
  if (route.summary) lines.push(`${route.summary}.`)
  const query = Object.entries(route.query ?? {}).map(([name, meaning]) => `- \`?${name}=\`: ${meaning}`)
  if (query.length > 0) lines.push(query.join('\n'))
  if (route.body)
    lines.push(describeBody(z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }) as Schema))
  if (route.answer) lines.push(`Answers ${route.answer}.`)
  return lines.join('\n\n')
}

const describeBody = (schema: Schema): string => {
  const choices = schema.oneOf ?? schema.anyOf
  if (choices) return `Body, one of:\n\n${choices.map((choice) => `- ${typeOf(choice)}`).join('\n')}`
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const optional = schema.required?.includes(name) ? '' : ' (optional)'
    const kinds = field.oneOf ?? []
    const list = kinds.map((kind) => `\n  - ${typeOf(kind)}${kind.description ? `: ${kind.description}` : ''}`).join('')
    const type = kinds.length > 0 ? 'one of' : typeOf(field)
    return `- \`${name}\`${optional}: ${type}${field.description ? `. ${field.description}` : ''}${list}`
  })
  return rows.length > 0 ? `Body:\n\n${rows.join('\n')}` : 'Body: `{}`'
}

const typeOf = (schema: Schema): string => {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ')
  const choices = schema.oneOf ?? schema.anyOf
  if (choices) return choices.map(typeOf).join(' or ')
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`
  if (schema.properties) return `\`{${Object.entries(schema.properties).map(fieldOf(schema)).join(', ')}}\``
  return inWords(schema.type)
}

const fieldOf =
  (schema: Schema) =>
  ([name, field]: [string, Schema]): string => {
    const value = field.const === undefined ? '' : `: ${JSON.stringify(field.const)}`
    return `${name}${schema.required?.includes(name) ? '' : '?'}${value}`
  }

const inWords = (type: Schema['type']): string => {
  if (type === 'integer') return 'whole number'
  if (type === 'boolean') return 'true or false'
  if (type === 'string') return 'text'
  return type === undefined ? 'anything' : String(type)
}

const ofTheWorld = new Set(['', 'events', 'unhandled', 'reset', 'clock', 'snapshot', 'restore', 'worlds'])

const areaOf = (path: string): string => {
  const [, first = '', , third] = path.split('/')
  if (first !== 'phones') return ofTheWorld.has(first) ? 'world' : first
  return third === undefined ? 'phones' : `phones: ${third}`
}
