// Makes the npm package of the gateway, as it would be published: `gateway-package.ts [folder] [--with-modules]`, dist/gateway when absent. It holds the compiled
// programs, and depends on what cannot be compiled. `npm pack` or `npm publish` in that folder does the rest; with its modules it runs where it is.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { nodePackages } from '../package/node-packages.mjs'
import { buildFolder, builtProgram, entries, isFresh, stampFile } from './built.mjs'
import { bundle, external, type Stamp } from './bundle.ts'
import { installedOptions, namesOf, withTheirNeeds } from './locked-packages.ts'
import { notices } from './notices.ts'

const root = path.resolve(import.meta.dirname, '../..')
const { values, positionals } = parseArgs({ options: { 'with-modules': { type: 'boolean' } }, allowPositionals: true })
const target = path.resolve(root, positionals[0] ?? 'dist/gateway')
const readJson = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'))

/** What is not compiled, and what that needs: all of it by its exact version, so that an installation has what was tested. */
const modules = withTheirNeeds(
  root,
  external.flatMap((pattern) => namesOf(root, pattern)),
)

const copyPrograms = (): void => {
  const { folder } = JSON.parse(readFileSync(stampFile(root), 'utf8')) as Stamp
  const place = path.join(target, 'build')
  mkdirSync(place, { recursive: true })
  for (const name of Object.keys(entries)) copyFileSync(builtProgram(root, name), path.join(place, `${name}.mjs`))
  cpSync(path.join(buildFolder(root), folder), path.join(place, folder), { recursive: true })
}

const makeCommand = async (): Promise<void> => {
  const outfile = path.join(target, 'bin/switchboard.mjs')
  await build({
    entryPoints: [path.join(root, 'scripts/package/switchboard.mjs')],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' },
  })
  chmodSync(outfile, 0o755)
}

const writeManifest = (): void => {
  const { version, description, license, type, dependencies } = readJson('package.json')
  const manifest = {
    ...{ name: '@switchboard/gateway', version, description, license, type },
    bin: { switchboard: './bin/switchboard.mjs' },
    // Of the command alone: it finds the Node that the programs need.
    engines: { node: '>=20' },
    switchboard: { node: Number.parseInt(dependencies.node, 10) },
    dependencies: Object.fromEntries(modules.map(({ name, version: exact }) => [name, exact])),
    optionalDependencies: Object.fromEntries(Object.values(nodePackages).map((name) => [name, dependencies.node])),
    files: ['bin', 'build', '.env.example', 'THIRD-PARTY.md'],
  }
  writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

const copyModules = (): void => {
  const places = [...modules.map(({ place }) => place), ...installedOptions(root, modules)]
  for (const place of places) cpSync(path.join(root, place), path.join(target, place), { recursive: true })
}

const sizeOf = (folder: string): number =>
  globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0)

const inMb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

if (!isFresh(root)) await bundle(root)
rmSync(target, { recursive: true, force: true })
copyPrograms()
await makeCommand()
writeManifest()
copyFileSync(path.join(root, 'scripts/package/README.md'), path.join(target, 'README.md'))
for (const file of ['LICENSE', '.env.example']) copyFileSync(path.join(root, file), path.join(target, file))
writeFileSync(path.join(target, 'THIRD-PARTY.md'), notices(root))
const ownBytes = sizeOf(target)
if (values['with-modules']) copyModules()
const place = path.relative(process.cwd(), target) || '.'
const more = values['with-modules'] ? `, ${inMb(sizeOf(target))} with its modules` : ''
console.log(`The package is in ${place}: ${inMb(ownBytes)}${more}`)
