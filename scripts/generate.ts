// Writes everything that is made from something else, or says with --check what is stale. `--registry` stops after the lists of files.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Artifact } from './generate/artifact.ts'
import { registries } from './generate/registries.ts'

const root = path.resolve(import.meta.dirname, '..')
const unknown = process.argv.slice(2).filter((argument) => argument !== '--check' && argument !== '--registry')
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(' ')}. npm run generate takes --check and --registry.`)
  process.exit(2)
}
const checking = process.argv.includes('--check')
const stale: string[] = []

const settle = ({ file, content }: Artifact): void => {
  const target = path.join(root, file)
  if (existsSync(target) && readFileSync(target, 'utf8') === content) return
  stale.push(file)
  if (checking) return
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, content)
}

for (const artifact of registries(root)) settle(artifact)
// Only now: these import the registries that were written above.
settle((await import('./generate/routes.ts')).routes())
if (!process.argv.includes('--registry')) {
  const { documents } = await import('./generate/documents.ts')
  for (const artifact of await documents(root, checking)) settle(artifact)
}

if (checking && stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run \`npm run generate\` and commit the result.`)
  process.exitCode = 1
} else {
  console.log(stale.length > 0 ? `Generated ${stale.join(', ')}` : 'Everything generated is fresh')
}
