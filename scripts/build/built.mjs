// Where the compiled gateway is, and whether it is that of the sources. Plain JavaScript without dependencies, for any Node from 20 on.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

/** The programs that are compiled, and their sources. */
export const entries = {
  main: 'packages/server/src/main.ts',
  'sandbox-main': 'packages/server/src/sandbox-main.ts',
  'world-main': 'packages/sandbox/src/cli.ts',
  'import-main': 'packages/server/src/import-main.ts',
  'backup-main': 'packages/server/src/backup-main.ts',
  'restore-main': 'packages/server/src/restore-main.ts',
  'config-main': 'packages/server/src/config-main.ts',
  'doctor-main': 'packages/server/src/doctor-main.ts',
}

export const buildFolder = (root) => path.join(root, 'build')

/** What is run. It stays where it is from build to build. */
export const builtProgram = (root, name) => path.join(buildFolder(root), `${name}.mjs`)

/** Says what was built of what. */
export const stampFile = (root) => path.join(buildFolder(root), 'built.json')

export const hashOf = (root, files) => {
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0')
  return hash.digest('hex')
}

/** Size and time of each file: cheaper to compare than what is in it. */
export const marksOf = (root, files) =>
  files.map((file) => {
    const { size, mtimeMs } = statSync(path.join(root, file))
    return `${size}-${mtimeMs}`
  })

const stampOf = (root) => {
  try {
    return JSON.parse(readFileSync(stampFile(root), 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Whether what is built is what the sources would give now. */
export const isFresh = (root) => {
  const stamp = stampOf(root)
  if (!stamp || Object.keys(entries).some((name) => !existsSync(builtProgram(root, name)))) return false
  // Brought along without its sources: there is nothing to build it from.
  if (!existsSync(path.join(root, entries.main))) return true
  try {
    return marksOf(root, stamp.files).join() === stamp.marks.join() || hashOf(root, stamp.files) === stamp.hash
  } catch (error) {
    // A file of which it was built is gone.
    if (error.code === 'ENOENT') return false
    throw error
  }
}
