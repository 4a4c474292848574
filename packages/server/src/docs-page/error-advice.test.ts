import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { variables } from '../config/variables.ts'
import { errorAdvice } from '../errors/advice.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import { operations } from '../generated/operations.ts'

const texts = Object.entries(errorAdvice).map(([code, { cause, remedy }]) => ({ code, text: `${cause} ${remedy}` }))

describe('the advice about errors', () => {
  it('has a cause and a next step for every code of the catalogue, in sentences', () => {
    assert.deepEqual(Object.keys(errorAdvice).sort(), Object.keys(errorCatalogue).sort())
    for (const [code, { cause, remedy }] of Object.entries(errorAdvice))
      for (const sentence of [cause, remedy]) assert.match(sentence, /^[`A-Z].{10,}\.$/, code)
  })

  it('names routes and settings that there are', () => {
    const routes = new Set(operations.map(({ operation: { method, path } }) => `${method} ${path}`))
    for (const { code, text } of texts) {
      for (const [, route = ''] of text.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^`?]*)`/g))
        assert.ok(routes.has(route), `${code}: ${route}`)
      for (const [name] of text.matchAll(/\b(?:SWITCHBOARD|HTTP|WEBHOOK|WHATSAPP)_[A-Z_]+\b/g))
        assert.ok(name in variables.shape, `${code}: ${name}`)
    }
  })
})
