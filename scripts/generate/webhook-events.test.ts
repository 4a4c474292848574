import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { contractNames } from '../../packages/server/src/events/contract-names.ts'
import { neverRaised } from '../../packages/server/src/events/never-raised.ts'
import { events } from '../../packages/server/src/generated/events.ts'
import { pascalCase } from './openapi-names.ts'

const root = path.resolve(import.meta.dirname, '../..')
const page = readFileSync(path.join(root, 'docs/WEBHOOK_EVENTS.md'), 'utf8')
const document = JSON.parse(readFileSync(path.join(root, 'packages/server/src/generated/openapi.json'), 'utf8'))
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'api')

/** What the page says about each event, by its name. */
const sections = new Map(
  page.split(/^### /m).flatMap((section) => {
    const [name = '', ...lines] = section.split('\n')
    return lines.some((line) => line.startsWith('**Order and repeats:**')) ? [[name, lines.join('\n')] as const] : []
  }),
)

describe('docs/WEBHOOK_EVENTS.md', () => {
  it('describes every event that is raised, and names those that are not', () => {
    assert.deepEqual([...sections.keys()].sort(), events.map(({ name }) => name as string).sort())
    for (const name of contractNames) {
      if (neverRaised[name]) assert.ok(page.includes(`| \`${name}\` | ${neverRaised[name]} |`), name)
    }
  })

  it('links to each of them from its first table', () => {
    for (const name of sections.keys()) assert.ok(page.includes(`[${name}](#${name.replaceAll('.', '')})`), name)
  })

  for (const { name, schema, summary } of events) {
    it(`shows ${name} with all of its fields, and a body that is what a webhook gets`, () => {
      const section = sections.get(name)!
      assert.ok(section.includes(summary), 'it says when the event is raised')
      const rows = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, field]) => field)
      for (const field of Object.keys(schema.shape)) assert.ok(rows.includes(field), field)
      const body = JSON.parse(/^```json\n([\s\S]*?)^```$/m.exec(section)![1]!)
      assert.equal(body.event_type, name)
      schema.strict().parse(body.data)
      for (const field of Object.keys(body.data)) assert.ok(rows.includes(field), `${field} is in the example alone`)
      const fits = ajv.compile({ $ref: `api#/components/schemas/${pascalCase(name)}Event` })
      assert.ok(fits(body), ajv.errorsText(fits.errors))
    })
  }
})
