import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { anchorOf } from './docs/anchor.ts'
import { contentsFile, readContents } from './docs/contents.ts'

const root = path.resolve(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

const pages = [
  '*.md',
  'docs/**/*.md',
  'examples/**/*.md',
  'deploy/**/*.md',
  'packages/*/README.md',
  'clients/*/README.md',
  'overrides/*.md',
  'bench/*.md',
  'e2e/*.md',
]
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .sort()

const anchorsIn = (text: string): Set<string> =>
  new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title)))

/** Words that a reader from another country stumbles over, or that this project used in a way of its own. */
const hardWords = /\b(whose|beside|goes on|tells of|(?:is|are|was|were) told|told of)\b/i

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '`…`')

describe('the pages', () => {
  it('are found', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md', 'docs/glossary.md', 'docs/reference/errors.md'])
      assert.ok(pages.includes(file), file)
  })

  for (const file of [...pages, '.env.example']) {
    it(`${file} says it in usual words`, () => {
      const lines = withoutCode(read(file)).split('\n')
      assert.deepEqual(
        lines.filter((line) => hardWords.test(line)),
        [],
      )
    })
  }

  for (const file of pages) {
    it(`${file} links to what exists`, () => {
      for (const [, to = ''] of withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(to)) continue
        const [place = '', anchor] = to.split('#')
        const target = place === '' ? file : path.join(path.dirname(file), place)
        assert.ok(existsSync(path.join(root, target)), `${file} links to ${to}`)
        if (anchor) assert.ok(anchorsIn(read(target)).has(anchor), `${file} links to ${to}`)
      }
    })
  }
})

describe('the table of contents', () => {
  it('has every guide and every page of reference, once', () => {
    const listed = readContents(root).flatMap(({ entries }) => entries.map(({ file }) => file))
    const there = ['docs/*.md', 'docs/{guide,reference}/*.md'].flatMap((pattern) => globSync(pattern, { cwd: root }))
    for (const file of there.filter((each) => each !== contentsFile))
      assert.equal(listed.filter((each) => each === file).length, 1, `${file} belongs into a list of ${contentsFile}`)
  })
})

const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
  (file) => !/\.test\.ts$|\/(generated|testing|contract)\//.test(file),
)

describe('the comments in the code', () => {
  it('are found', () => assert.ok(sources.length > 1000))

  it('say it in usual words', () => {
    const hard = sources.flatMap((file) =>
      read(file)
        .split('\n')
        .filter((line) => /^\s*(\/\/|\/?\*)/.test(line) && hardWords.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    )
    assert.deepEqual(hard, [])
  })
})
