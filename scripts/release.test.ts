import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { notices } from './build/notices.ts'
import { notesOf, readFragments, writeRelease } from './release/changelog.ts'
import { createSbom } from './release/sbom.ts'
import { currentVersion, deviations, setVersion } from './release/versions.ts'

const root = path.resolve(import.meta.dirname, '..')

describe('a release', () => {
  let copy: string
  const write = (file: string, text: string) => writeFileSync(path.join(copy, file), text)
  before(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'switchboard-release-'))
    const skipped = /node_modules|[/\\](\.git|dist|build|data)$|\.(ts|tsx|json\.gz|png)$/
    const kept = /manifest\.ts$/
    for (const name of [
      'package.json',
      'packages',
      'overrides',
      'clients',
      'e2e',
      'bench',
      'deploy',
      'docs',
      'examples',
    ])
      cpSync(path.join(root, name), path.join(copy, name), {
        recursive: true,
        filter: (file) => kept.test(file) || !skipped.test(file),
      })
    mkdirSync(path.join(copy, 'changes'))
    write('CHANGELOG.md', '# Changelog\n\nFor people.\n\n## 0.1.0\n\nThe first.\n')
  })
  after(() => rmSync(copy, { recursive: true, force: true }))

  it('has one version, wherever one stands', () => {
    assert.deepEqual(deviations(root), [])
    setVersion(copy, '2.3.4-rc.1')
    assert.equal(currentVersion(copy), '2.3.4-rc.1')
    assert.deepEqual(deviations(copy), [])
    const chart = readFileSync(path.join(copy, 'deploy/helm/switchboard/Chart.yaml'), 'utf8')
    assert.match(chart, /^appVersion: 2\.3\.4-rc\.1$/m)
    write('clients/python/pyproject.toml', '[project]\nversion = "2.3.3"\n')
    assert.deepEqual(deviations(copy), ['clients/python/pyproject.toml says 2.3.3, and package.json 2.3.4-rc.1'])
  })

  it('gathers the fragments by their kinds, above the release before', () => {
    assert.throws(() => writeRelease(copy, '0.2.0', '2030-01-02'), /no fragments/)
    write('changes/quick.fixed.md', '- Sends are quick.\n')
    write('changes/b.added.md', '- B is there.\n- C too.\n')
    write('changes/a.added.md', '- A is there.\n')
    writeRelease(copy, '0.2.0', '2030-01-02')
    const notes = '### Added\n\n- A is there.\n- B is there.\n- C too.\n\n### Fixed\n\n- Sends are quick.'
    assert.equal(notesOf(copy, '0.2.0'), notes)
    assert.equal(notesOf(copy, '0.1.0'), 'The first.')
    const changelog = readFileSync(path.join(copy, 'CHANGELOG.md'), 'utf8')
    assert.equal(
      changelog,
      `# Changelog\n\nFor people.\n\n## 0.2.0 (2030-01-02)\n\n${notes}\n\n## 0.1.0\n\nThe first.\n`,
    )
    assert.deepEqual(readdirSync(path.join(copy, 'changes')), [])
    assert.throws(() => notesOf(copy, '0.3.0'), /says nothing of 0\.3\.0/)
  })

  it('refuses a fragment without a kind, or without an item', () => {
    write('changes/what.md', '- Something.\n')
    assert.throws(() => readFragments(copy), /what\.md: the name has to end/)
    rmSync(path.join(copy, 'changes/what.md'))
    write('changes/what.fixed.md', 'Something.\n')
    assert.throws(() => readFragments(copy), /what\.fixed\.md: has to be a list/)
    rmSync(path.join(copy, 'changes/what.fixed.md'))
  })

  it('has fragments that can be read', () => {
    assert.ok(readFragments(root).every(({ text }) => text.length > 4))
  })
})

describe('the bill of materials', () => {
  let sbom: ReturnType<typeof createSbom>
  before(() => {
    sbom = createSbom(root)
  })

  it('has everything that is shipped, each once and by its version and checksum', () => {
    assert.deepEqual([sbom.bomFormat, sbom.metadata.component.name], ['CycloneDX', '@switchboard/gateway'])
    const listed = sbom.components.map(({ name, version }) => `${name} ${version}`)
    const shipped = [...notices(root).matchAll(/^## (\S+ \d\S*)$/gm)].map(([, each]) => each!)
    assert.ok(shipped.length > 50)
    assert.deepEqual([...new Set(listed)].sort(), [...new Set(shipped)].sort())
    assert.equal(listed.length, new Set(listed).size)
    const replaced = /^(libsignal|whatsapp-rust-bridge) /
    const bare = sbom.components.filter(({ name, version, hashes }) => !hashes && !replaced.test(`${name} ${version}`))
    assert.deepEqual(bare, [])
  })

  it('names only what it has, and everything is needed by something', () => {
    const refs = [sbom.metadata.component, ...sbom.components].map((each) => each['bom-ref'])
    const needed = new Set(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn))
    assert.deepEqual(
      [...needed].filter((ref) => !refs.includes(ref)),
      [],
    )
    assert.deepEqual(
      refs.slice(1).filter((ref) => !needed.has(ref)),
      [],
    )
  })

  it('has no package under the GPL or AGPL', () => {
    const licences = sbom.components.map(({ name, licenses }) => [name, JSON.stringify(licenses ?? [])] as const)
    assert.deepEqual(
      licences.filter(([, each]) => /(?<!L)GPL/.test(each) && !/ OR /.test(each)),
      [],
    )
  })
})
