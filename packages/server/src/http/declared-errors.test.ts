import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { answersOf, openApiDocument } from '../docs-page/openapi-document.ts'
import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'
import { operations } from '../generated/operations.ts'
import { errorsOf } from '../kit/errors-of.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import type { ApiAnswer } from '../testing/api-client.ts'
import { bareServer } from '../testing/bare-server.ts'
import { callersOf } from '../testing/callers-of.ts'
import { describedBy } from '../testing/path-values.ts'
import { Walk } from '../testing/walk.ts'

/** Nobody can ask for these, or not in the time of a test: `to-app-error.test.ts` shows that such failures become these answers, and `forwarding.test.ts` how the
 *  answer of another gateway is lost, and `nodes.test.ts` that the last node is not drained. */
const unasked: ReadonlySet<ErrorCode> = new Set(['internal', 'whatsapp_timeout', 'answer_lost', 'last_node'])
/** Answered before anything of an operation runs, and asked for where nothing runs. */
const notServing: ReadonlySet<ErrorCode> = new Set(['not_ready', 'shutting_down'])

/** The answer is this error, as the catalogue and the document have it. */
const assertIs = (entry: RegisteredOperation, code: ErrorCode, { status, text, body, headers }: ApiAnswer): void => {
  assert.equal(body?.error_code, code, `${entry.id} answered ${status} ${text}`)
  assert.equal(status, errorCatalogue[code].status)
  assert.equal(body.request_id, headers.get('x-request-id'))
  // A device that is away for good does not come back by waiting.
  const waits = errorCatalogue[code].retryable && code !== 'device_not_connected'
  assert.equal(Number(headers.get('retry-after') ?? 0) > 0, waits, `${entry.id} says when ${code} may pass`)
  const described = answersOf(openApiDocument(''), describedBy(entry))[status]?.headers ?? {}
  if (waits) assert.ok('Retry-After' in described, `${entry.id} describes Retry-After of ${status}`)
}

describe('every error that an operation declares', () => {
  let walk: Walk
  before(async () => {
    walk = await Walk.start()
  })
  after(() => walk.stop())

  for (const entry of operations) {
    it(`is answered by ${entry.id}`, async () => {
      for (const code of errorsOf(entry.operation).filter((each) => !unasked.has(each) && !notServing.has(each))) {
        const answers = []
        for (const as of callersOf(entry)) answers.push(await walk.provoke(entry, code, as))
        assert.ok(answers.some(Boolean), `${entry.id} declares ${code}, and nobody gets it`)
        for (const answer of answers.filter((each) => each !== undefined)) assertIs(entry, code, answer)
      }
    })
  }

  it('is answered while the server starts and while it ends', async () => {
    for (const [phase, code] of [
      ['starting', 'not_ready'],
      ['draining', 'shutting_down'],
    ] as const) {
      const app = await bareServer({ operations, phase })
      for (const { id, operation } of operations) {
        const expected = errorsOf(operation).includes(code)
        assert.ok(expected || ('always' in operation && operation.always), `${id} declares ${code}`)
        if (!expected) continue
        const answer = await app.inject({ method: operation.method, url: operation.path.replaceAll(/[{}]/g, '') })
        assert.equal(answer.json().error_code, code, id)
      }
      await app.close()
    }
  })
})
