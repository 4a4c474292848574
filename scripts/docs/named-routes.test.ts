import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { events } from '../../packages/server/src/generated/events.ts'
import { operations } from '../../packages/server/src/generated/operations.ts'

const root = path.resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

const routesIn = (text: string): string[] =>
  [...text.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^`\s?]*)/g)].map(([, route = '']) => route)

const own = operations.map(({ operation: { method, path: address } }) => `${method} ${address}`)
const ofTheWorld = routesIn(read('docs/reference/sandbox-control-api.md'))

/** Takes a route with any text in the places of its parameters. Below /sandbox the gateway has the routes of the world. */
const patterns = [...own, ...ofTheWorld, 'GET /console/', 'GET /docs/'].map((route) => {
  const [method, address = ''] = route.split(' ')
  const parts = address.replace(/\/$/, '').split(/\{[^}]*\}/)
  return new RegExp(`^${method} (/sandbox)?${parts.map((part) => part.replaceAll('.', '\\.')).join('[^/]+')}/?$`)
})

const isKnown = (route: string): boolean => patterns.some((pattern) => pattern.test(route))

/** Pages that name calls of other servers too, by what those begin with. */
const foreign = /^\w+ \/(api|instance|message|chat|webhook|\{phone-number-id\}|\{media-id\})(\/|$)/

const compares = (file: string): boolean => /(coming-from|compatibility)\.md$/.test(file)

describe('the guides', () => {
  for (const file of globSync(['docs/guide/*.md', 'docs/*.md', 'examples/**/*.md', '*.md'], { cwd: root })) {
    const routes = routesIn(read(file))
    if (routes.length === 0 || file === 'docs/WEBHOOK_EVENTS.md') continue
    it(`${file} names routes that exist`, () => {
      const missing = routes.filter((route) => !isKnown(route) && !(compares(file) && foreign.test(route)))
      assert.deepEqual(missing, [])
    })
  }

  it('name events that exist', () => {
    const names = new Set(events.map(({ name }) => name))
    // Fields of messages have these names too.
    const groups = new Set(
      [...names].map((name) => name.split('.')[0]).filter((group) => group !== 'media' && group !== 'business'),
    )
    for (const file of globSync('docs/guide/*.md', { cwd: root }).filter((each) => !compares(each))) {
      for (const [, name = ''] of read(file).matchAll(/`([a-z]+\.[a-z_]+)`/g)) {
        if (!groups.has(name.split('.')[0])) continue
        assert.ok(names.has(name), `${file}: ${name}`)
      }
    }
  })
})
