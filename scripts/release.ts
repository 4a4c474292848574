// What a release is made of. `npm run release -- check | prepare <version> | notes <version> | sbom <file>`; docs/recipes/make-a-release.md says in which order.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { notesOf, readFragments, writeRelease } from './release/changelog.ts'
import { createSbom } from './release/sbom.ts'
import { currentVersion, deviations, setVersion } from './release/versions.ts'

const root = path.resolve(import.meta.dirname, '..')
const isVersion = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$/

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

/** @param tag of the release, `v1.2.3`; absent between releases */
function check(tag?: string): void {
  const wrong = deviations(root)
  if (wrong.length > 0) fail(wrong.join('\n'))
  const version = currentVersion(root)
  const waiting = readFragments(root)
  if (tag === undefined) {
    console.log(`${version}, and ${waiting.length} files of changes for the next release`)
    return
  }
  if (tag !== `v${version}`) fail(`The tag is ${tag}, and the version ${version}`)
  if (waiting.length > 0) fail(`Not in CHANGELOG.md yet: ${waiting.map(({ file }) => file).join(', ')}`)
  notesOf(root, version)
  console.log(`${version} is ready`)
}

function prepare(next = ''): void {
  if (!isVersion.test(next)) fail('Which version? npm run release -- prepare 1.2.3')
  writeRelease(root, next, new Date().toISOString().slice(0, 10))
  setVersion(root, next)
  execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' })
  execFileSync(process.execPath, [path.join(root, 'scripts/generate.ts')], { cwd: root, stdio: 'inherit' })
  console.log(`Look at it, commit it as "release: ${next}", and tag it v${next}`)
}

function sbom(file = 'dist/sbom.cdx.json'): void {
  const target = path.resolve(root, file)
  mkdirSync(path.dirname(target), { recursive: true })
  const made = createSbom(root)
  writeFileSync(target, `${JSON.stringify(made, null, 2)}\n`)
  console.log(`${made.components.length} components are in ${path.relative(process.cwd(), target)}`)
}

const [command, argument] = process.argv.slice(2)
const commands: Readonly<Record<string, () => void>> = {
  check: () => check(argument),
  prepare: () => prepare(argument),
  notes: () => console.log(notesOf(root, argument ?? currentVersion(root))),
  sbom: () => sbom(argument),
}
const run = commands[command ?? '']
if (run) run()
else fail('npm run release -- check [tag] | prepare <version> | notes [version] | sbom [file]')
