import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { leanPackages, namesOfCommonJs } from './lean-packages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('compiled code', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-lean-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('gets the names of a package in CommonJS that it loads when it needs it', async () => {
    const outfile = path.join(folder, 'main.mjs')
    await build({
      stdin: {
        contents: `export const load = () => import('undici')\nexport const other = () => import('file-type')`,
        resolveDir: path.join(root, 'packages/server/src'),
      },
      ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', outdir: folder, logLevel: 'silent' },
      ...{ entryNames: 'main', outExtension: { '.js': '.mjs' }, plugins: [leanPackages, namesOfCommonJs] },
      banner: { js: "import{createRequire as __req}from'node:module';const require=__req(import.meta.url);" },
    })
    const { load, other } = await import(pathToFileURL(outfile).href)
    const { Agent, buildConnector, fetch, default: whole } = await load()
    for (const each of [Agent, buildConnector, fetch]) assert.equal(typeof each, 'function')
    assert.equal(whole.Agent, Agent)
    assert.equal(typeof (await other()).fileTypeFromBuffer, 'function')
  })
})
