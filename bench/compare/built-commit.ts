import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A commit checked out in a folder of its own, with its dependencies installed by its own installer, and compiled. What is there already is used again. Not under
 *  node_modules, where Node does not run TypeScript. Resolves with the folder. */
export async function builtCommit(root: string, name: string): Promise<string> {
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
  const commit = git(root, 'rev-parse', '--verify', `${name}^{commit}`)
  const folder = join(tmpdir(), 'switchboard-compared', commit.slice(0, 12))
  if (!existsSync(join(folder, 'package.json'))) {
    // Left over from a copy that was interrupted.
    rmSync(folder, { recursive: true, force: true })
    git(root, 'clone', '--quiet', '--no-checkout', root, folder)
    git(folder, 'checkout', '--quiet', '--detach', commit)
  }
  const { install, pinnedNode } = (await import(pathToFileURL(join(folder, 'scripts/install.mjs')).href)) as {
    install: (root: string) => Promise<void>
    pinnedNode: (root: string) => string
  }
  await install(folder)
  const build = join(folder, 'scripts/build/build.ts')
  // Older ones run their sources.
  if (existsSync(build)) execFileSync(pinnedNode(folder), [build], { stdio: 'inherit' })
  return folder
}
