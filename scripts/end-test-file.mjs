// Loaded before each test file. Tests have a time limit of their own; this ends a file that does not end after its tests (it left
// a server, a timer or a process open), and one that hangs outside of its tests. So a hang has a name, instead of holding the run for ever.
import { after } from 'node:test'
import { isMainThread } from 'node:worker_threads'

const lingerMs = Number(process.env.TEST_LINGER_MS ?? 60_000)
const fileMs = Number(process.env.TEST_FILE_MS ?? 600_000)

const endAfter = (ms, what) => {
  const end = () => {
    console.error(`${process.argv[1]} ${what}. It keeps open: ${process.getActiveResourcesInfo().join(', ')}`)
    process.exit(1)
  }
  setTimeout(end, ms).unref()
}

// Processes and workers that a test starts inherit this file, but are no test files.
if (isMainThread && process.env.NODE_TEST_CONTEXT && /\.test\.(ts|mjs)$/.test(process.argv[1] ?? '')) {
  endAfter(fileMs, `has not ended ${fileMs} ms after its start`)
  after(() => endAfter(lingerMs, `has not ended ${lingerMs} ms after its last test`))
}
