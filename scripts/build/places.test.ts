import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { inSources } from '../../packages/server/src/observe/source-places.ts'
import { placesOf } from './places.ts'

const sources = {
  'packages/one.ts': `
    import { deep } from './two.ts'
    // A comment that is gone afterwards.
    export const fails = (what: string): never => {
      if (what.length > 0) {
        deep(what)
      }
      throw new Error('nothing was said')
    }`,
  'packages/two.ts': `
    import { foreign } from '../node_modules/three.ts'
    interface Nothing { readonly nothing: string }
    export const deep = (what: string): Nothing => foreign(() => {
      throw new Error(\`deep \${what}\`)
    })`,
  'node_modules/three.ts': 'export const foreign = (call: () => never) => call()',
}

describe('places of compiled code', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'switchboard-places-'))
  after(() => rmSync(root, { recursive: true, force: true }))

  it('name the lines of the sources that a trace went through, and leave what is of others', async () => {
    for (const [file, text] of Object.entries(sources)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
      writeFileSync(path.join(root, file), text)
    }
    const outdir = path.join(root, 'build/0123456789ab')
    await build({
      ...{ absWorkingDir: root, entryPoints: ['packages/one.ts'], outdir },
      ...{ bundle: true, minify: true, format: 'esm', lineLimit: 60, sourcemap: 'external' },
      outExtension: { '.js': '.mjs' },
    })
    const code = path.join(outdir, 'one.mjs')
    const map = JSON.parse(readFileSync(`${code}.map`, 'utf8'))
    const isOurs = (file: string) => file.startsWith('packages/')
    writeFileSync(code.replace('.mjs', '.places'), placesOf(map, 'build/0123456789ab', isOurs))
    const { fails } = await import(pathToFileURL(code).href)
    const traceOf = (what: string): string => {
      try {
        return fails(what)
      } catch (error) {
        return inSources((error as Error).stack!)
      }
    }
    assert.match(traceOf(''), /^Error: nothing was said\n.*[ (]packages\/one\.ts:8\b/)
    const trace = traceOf('down').split('\n')
    assert.match(trace[0]!, /deep down/)
    const ours = trace.slice(1).flatMap((line) => /packages\/\w+\.ts:\d+/.exec(line) ?? [])
    assert.equal(ours[0], 'packages/two.ts:5')
    assert.equal(ours.at(-1), 'packages/one.ts:6')
  })

  it('leave a trace as it is where they are missing', () => {
    const trace = `Error: x\n    at a (${pathToFileURL(root).href}/build/0123456789ab/absent.mjs:3:14)`
    assert.equal(inSources(trace), trace)
    renameSync(path.join(root, 'build/0123456789ab/one.places'), path.join(root, 'elsewhere'))
    const other = trace.replace('absent', 'one')
    assert.equal(inSources(other), other)
  })
})
