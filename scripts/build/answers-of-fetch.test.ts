import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { withoutAnswersOfFetch } from './answers-of-fetch.ts'
import { leanPackages } from './lean-packages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Answers once, compressed, as a gateway does, and says which parts of Node were loaded for it. */
const program = `
  import http from 'node:http'
  import compress from '@fastify/compress'
  import fastify from 'fastify'
  // As the server of a gateway does: the validators of the package itself are not built in.
  const app = fastify({ schemaController: { compilersFactory: { buildValidator: () => {}, buildSerializer: () => {} } } })
  await app.register(compress, { threshold: 1 })
  app.get('/', async () => ({ words: 'again and '.repeat(100) }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = await new Promise((resolve, reject) => {
    const { port } = app.server.address()
    http.get({ port, host: '127.0.0.1', headers: { 'accept-encoding': 'gzip' } }, resolve).on('error', reject)
  })
  answer.resume()
  const client = process.moduleLoadList.filter((part) => part.includes('deps/undici'))
  console.log(JSON.stringify({ status: answer.statusCode, encoding: answer.headers['content-encoding'], client }))
  process.exit(0)`

describe('a compiled answer', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-answers-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is compressed without Node’s client for fetch', async () => {
    const outfile = path.join(folder, 'main.mjs')
    await build({
      stdin: { contents: program, resolveDir: path.join(root, 'packages/server/src') },
      ...{ bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'silent' },
      plugins: [leanPackages, withoutAnswersOfFetch],
      alias: { 'readable-stream': 'node:stream' },
      banner: { js: "import{createRequire as __req}from'node:module';const require=__req(import.meta.url);" },
    })
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' })
    assert.deepEqual(JSON.parse(stdout || JSON.stringify(stderr)), { status: 200, encoding: 'gzip', client: [] })
  })
})
