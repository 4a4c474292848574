import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { moveIntoPlace } from './into-place.ts'

/** A folder with the place of a build, and a way to make new builds next to it. */
const buildsIn = (test: TestContext): { place: string; build: (name: string) => string } => {
  const root = mkdtempSync(path.join(tmpdir(), 'switchboard-place-'))
  test.after(() => rmSync(root, { recursive: true, force: true }))
  const build = (name: string): string => {
    const folder = path.join(root, name)
    mkdirSync(folder)
    for (const file of ['main.mjs', 'chunk.mjs']) writeFileSync(path.join(folder, file), `${file} of ${name}`)
    return folder
  }
  return { place: path.join(root, 'place'), build }
}

describe('a new build', () => {
  it('leaves a whole one of the same sources as it is, because programs may be loading it', (test) => {
    const { place, build } = buildsIn(test)
    moveIntoPlace(build('one'), place)
    const before = statSync(path.join(place, 'chunk.mjs')).ino
    moveIntoPlace(build('two'), place)
    assert.equal(statSync(path.join(place, 'chunk.mjs')).ino, before)
    assert.equal(readFileSync(path.join(place, 'main.mjs'), 'utf8'), 'main.mjs of one')
  })

  it('takes the place of one that lacks a file', (test) => {
    const { place, build } = buildsIn(test)
    moveIntoPlace(build('one'), place)
    rmSync(path.join(place, 'chunk.mjs'))
    moveIntoPlace(build('two'), place)
    assert.deepEqual(readdirSync(place).sort(), ['chunk.mjs', 'main.mjs'])
    assert.equal(readFileSync(path.join(place, 'main.mjs'), 'utf8'), 'main.mjs of two')
  })

  it('fails where it cannot be put at all', (test) => {
    const { place, build } = buildsIn(test)
    assert.throws(() => moveIntoPlace(build('one'), path.join(place, 'missing', 'folder')), { code: 'ENOENT' })
  })
})
