// Says which dependency is not pinned, has no line in docs/decisions/dependencies.md, or would ship under a licence that a gateway should not have; and when
// .nvmrc names another Node than the pinned one.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { dependencyFaults, type Manifest } from './dependency-faults.ts'

const root = path.resolve(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')
const locked = JSON.parse(read('package-lock.json')).packages
const manifestFiles = Object.keys(locked)
  .filter((place) => !place.includes('node_modules/'))
  .map((place) => path.join(place, 'package.json'))

const faults = dependencyFaults({
  locked,
  manifests: Object.fromEntries(manifestFiles.map((file) => [file, JSON.parse(read(file)) as Manifest])),
  decisions: read('docs/decisions/dependencies.md'),
  nvmrc: read('.nvmrc'),
})
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
