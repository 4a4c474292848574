import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { coverage } from './coverage.ts'

const root = mkdtempSync(path.join(os.tmpdir(), 'switchboard-coverage-'))
const write = (file: string, content: unknown): void => {
  const target = path.join(root, file)
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content))
}
after(() => rmSync(root, { recursive: true }))

const stories = 'packages/server/src/testing/stories.json'
const route = 'POST /newsletters/{jid}/polls'
const storyIn = (file: string) => `${file} › channels › take polls`

describe('the table of what proves what', () => {
  it('is refused by the check while a route or an event has no test, or has one that is gone', () => {
    write(stories, { routes: {}, events: {} })
    assert.throws(
      () => coverage(root, true),
      /No test proves: .*POST \/newsletters\/\{jid\}\/polls,.*message\.received/,
    )
    write(stories, { routes: { [route]: storyIn('packages/gone.test.ts') }, events: {} })
    assert.throws(() => coverage(root, true), /No test proves: .*POST \/newsletters\/\{jid\}\/polls,/)
    write('packages/here.test.ts', '')
    write(stories, { routes: { [route]: storyIn('packages/here.test.ts') }, events: {} })
    assert.throws(
      () => coverage(root, true),
      (error: Error) => !error.message.includes('POST /newsletters/{jid}/polls,'),
    )
  })

  it('is filled from what tests recorded, with the one that bears the name of the route, and not with a refusal', () => {
    write(stories, { routes: {}, events: {} })
    const record = (file: string, story: string) => {
      write(`packages/${file}.test.ts`, '')
      const said = [{ story: `packages/${file}.test.ts › ${story}`, routes: [route], events: ['poll.created'] }]
      write(`node_modules/.cache/stories/${file}.json`, said)
    }
    record('a', 'channels › refuses what is no poll')
    record('b', `${route} › posts one`)
    record('c', 'channels › takes many things')
    const [list, page] = coverage(root, false, () => {})
    const filled = JSON.parse(list!.content) as { routes: Record<string, string> }
    assert.equal(filled.routes[route], `packages/b.test.ts › ${route} › posts one`)
    assert.match(
      page!.content,
      /\[`POST \/newsletters\/\{jid\}\/polls › posts one`\]\(\.\.\/\.\.\/packages\/b\.test\.ts\)/,
    )
    assert.match(page!.content, /`GET \/newsletters` \| .* \| \*\*none\*\* \|/)
  })
})
