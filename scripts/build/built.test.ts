import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { builtProgram, entries, hashOf, isFresh, marksOf, stampFile } from './built.mjs'

const files = [entries.main, 'package-lock.json']

/** A project that was built of two files. */
const builtProject = (test: TestContext): { root: string; write: (file: string, text: string) => void } => {
  const root = mkdtempSync(path.join(tmpdir(), 'switchboard-built-'))
  test.after(() => rmSync(root, { recursive: true, force: true }))
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  for (const file of files) write(file, `of ${file}`)
  for (const name of Object.keys(entries)) write(path.relative(root, builtProgram(root, name)), 'program')
  const stamp = { files, marks: marksOf(root, files), hash: hashOf(root, files) }
  write(path.relative(root, stampFile(root)), JSON.stringify(stamp))
  return { root, write }
}

describe('what is built', () => {
  it('is fresh while its sources are the same, also when only their times have changed', (test) => {
    const { root } = builtProject(test)
    assert.equal(isFresh(root), true)
    utimesSync(path.join(root, entries.main), 1, 1)
    assert.equal(isFresh(root), true)
  })

  it('is stale when a source or the lockfile is another one or gone, and when a program is missing', (test) => {
    for (const change of [
      ({ write }: ReturnType<typeof builtProject>) => write(entries.main, 'another'),
      ({ write }: ReturnType<typeof builtProject>) => write('package-lock.json', 'another'),
      ({ root }: ReturnType<typeof builtProject>) => unlinkSync(path.join(root, 'package-lock.json')),
      ({ root }: ReturnType<typeof builtProject>) => unlinkSync(builtProgram(root, 'main')),
      ({ root }: ReturnType<typeof builtProject>) => writeFileSync(stampFile(root), '{"files"'),
    ]) {
      const project = builtProject(test)
      change(project)
      assert.equal(isFresh(project.root), false, String(change))
    }
  })

  it('is taken as it is where no sources are, and is not there before it was built', (test) => {
    const { root } = builtProject(test)
    rmSync(path.join(root, 'packages'), { recursive: true })
    assert.equal(isFresh(root), true)
    rmSync(path.join(root, 'build'), { recursive: true })
    assert.equal(isFresh(root), false)
  })
})
