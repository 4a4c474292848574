import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const OURS = { libsignal: '6.0.0-switchboard.1', 'whatsapp-rust-bridge': '0.5.4-switchboard.1' }

// `npm ls` ends with an error code when anything at all is amiss in the tree; its answer on these two names is there all the same.
function listInstalled() {
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const args = ['ls', ...Object.keys(OURS), '--omit=dev', '--all', '--json']
  return new Promise((resolve) =>
    execFile(command, args, { cwd: ROOT }, (_error, stdout) => resolve(JSON.parse(stdout))),
  )
}

function* packagesIn({ dependencies = {} }) {
  for (const [name, entry] of Object.entries(dependencies)) {
    yield [name, entry.version]
    yield* packagesIn(entry)
  }
}

describe('what a production install holds', () => {
  it('is our libsignal and our whatsapp-rust-bridge, and no other', async () => {
    const found = [...packagesIn(await listInstalled())].filter(([name]) => name in OURS)
    for (const [name, version] of Object.entries(OURS)) {
      const versions = new Set(found.filter((each) => each[0] === name).map((each) => each[1]))
      assert.deepEqual([...versions], [version], name)
    }
  })

  it('is what baileys itself gets', () => {
    const fromBaileys = createRequire(import.meta.resolve('baileys'))
    for (const name of Object.keys(OURS)) {
      assert.equal(fromBaileys.resolve(name), join(ROOT, 'overrides', name, 'index.js'))
    }
  })
})
