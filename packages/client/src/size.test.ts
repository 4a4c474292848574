import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const most = 12_000

describe('the client as a page loads it', () => {
  it('is small, and needs nothing of Node', async (test) => {
    const { outputFiles } = await build({
      entryPoints: [path.join(import.meta.dirname, 'index.ts')],
      ...{ bundle: true, minify: true, write: false, format: 'esm', platform: 'browser', target: 'es2022' },
    })
    const { length } = gzipSync(outputFiles[0]!.contents, { level: 9 })
    test.diagnostic(`${length} bytes, minified and compressed`)
    assert.ok(length <= most, `${length} bytes are more than ${most}`)
  })
})
