// Makes the npm package of packages/client, as it would be published: `client-package.ts [folder]`, dist/client when absent. `npm pack` or
// `npm publish` in that folder does the rest.
import { spawnSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const source = path.join(root, 'packages/client')
const target = path.resolve(root, process.argv[2] ?? 'dist/client')
const code = path.join(target, 'dist')

rmSync(target, { recursive: true, force: true })
mkdirSync(code, { recursive: true })

const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [compiler, '-p', path.join(source, 'tsconfig.json'), '--outDir', code], {
  stdio: 'inherit',
})
if (status !== 0) process.exit(1)

// The compiler mends these in code, and not in types.
for (const file of globSync('**/*.d.ts', { cwd: code }).map((name) => path.join(code, name)))
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(from |import\()(['"]\.[^'"]*)\.ts(['"])/g, '$1$2.js$3'))

const { name, version, description, license, type, sideEffects } = JSON.parse(
  readFileSync(path.join(source, 'package.json'), 'utf8'),
)
const manifest = {
  ...{ name, version, description, license, type, sideEffects },
  engines: { node: '>=20' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  files: ['dist'],
}
writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
copyFileSync(path.join(source, 'README.md'), path.join(target, 'README.md'))
copyFileSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'))
console.log(`${name} ${version} is in ${path.relative(process.cwd(), target)}`)
