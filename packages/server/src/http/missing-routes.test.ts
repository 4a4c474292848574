import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import { contractRoutes } from '../schemas/contract-routes.ts'
import { missingRoutes } from '../schemas/missing-routes.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'

describe('routes of the contract that nobody serves yet', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway()
  })
  after(() => gateway.stop())

  it('answer 501 instead of looking like a wrong address', async () => {
    const missing = missingRoutes(operations.map(({ operation }) => operation))
    for (const { method, path } of missing) {
      await gateway.api.refuses('unsupported', method, path.replaceAll(/\{\w+\}/g, '1'))
    }
  })

  it('and those that are served are all of the contract together', () => {
    const paths = contractRoutes.map(([method, path]) => `${method} ${path}`)
    assert.equal(new Set(paths).size, 148)
  })
})
