#!/usr/bin/env node
// The one door to every command. Plain JavaScript without dependencies: it must work on any Node from 20 on, before anything is installed.
// It installs what is missing and then runs the command with the Node that the project pins (node_modules/node).
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtProgram, entries, isFresh } from './build/built.mjs'
import { gatewayEnvironment, gatewayFlags } from './gateway-flags.mjs'
import { install, pinnedNode } from './install.mjs'
import { endWithNpm, runNode } from './run-node.mjs'
import { complain, inform } from './say.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const modules = path.join(root, 'node_modules')

const fail = (message, code = 1) => {
  complain(message)
  process.exit(code)
}

const node = () => {
  if (existsSync(pinnedNode(root))) return pinnedNode(root)
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const major = Number.parseInt(dependencies.node, 10)
  if (Number.parseInt(process.versions.node, 10) >= major) return process.execPath
  return fail(
    `Node ${major} is needed and ${pinnedNode(root)} is missing. Remove node_modules and try again, or use Node ${major}.`,
  )
}

const bin = (name, file) => [path.join(modules, name, file)]

const testFiles = () => {
  const files = []
  const skip = new Set(['node_modules', 'data', '.git'])
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name)
      if (entry.isDirectory() && !skip.has(entry.name)) walk(full)
      else if (/\.test\.(ts|mjs)$/.test(entry.name)) files.push(path.relative(root, full))
    }
  }
  for (const folder of ['packages', 'overrides', 'e2e', 'bench', 'scripts']) {
    if (existsSync(path.join(root, folder))) walk(path.join(root, folder))
  }
  return files.sort()
}

/** Node passes over a file that is not there when it finds others: a name with a slip would be a test that passes. */
const namedTests = (args) => {
  const missing = args.filter((arg) => /^[^-][^*]*\.test\.(ts|mjs)$/.test(arg) && !existsSync(path.resolve(root, arg)))
  return missing.length === 0 ? args : fail(`No such test: ${missing.join(', ')}`, 2)
}

/** The last line that a command has written when it fails. */
const failureOf = (args) =>
  new Promise((resolve) => {
    const child = spawn(node(), args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code) => resolve(code === 0 ? undefined : (said.trim().split('\n').at(-1) ?? `code ${code}`)))
  })

/** The compiled program, or its source where it cannot be compiled. */
const program = async (name) => {
  if (isFresh(root)) return builtProgram(root, name)
  inform('Compiling the gateway…')
  const failure = await failureOf(['scripts/build/build.ts'])
  if (failure === undefined) return builtProgram(root, name)
  inform(`The gateway could not be compiled, and runs from its sources, which takes more memory: ${failure}`)
  return entries[name]
}

/** Each command is a list of steps; a step is the arguments of one run of Node. */
const commands = {
  start: async (args) => [[...gatewayFlags, await program('main'), ...args]],
  sandbox: async (args) => [[...gatewayFlags, await program('sandbox-main'), ...args]],
  world: (args) => [['packages/sandbox/src/cli.ts', ...args]],
  config: async (args) => [[await program('config-main'), ...args]],
  doctor: async (args) => [[await program('doctor-main'), ...args]],
  import: async (args) => [[...gatewayFlags, await program('import-main'), ...args]],
  backup: async (args) => [[...gatewayFlags, await program('backup-main'), ...args]],
  restore: async (args) => [[...gatewayFlags, await program('restore-main'), ...args]],
  test: (args) => [
    [
      `--import=${new URL('end-test-file.mjs', import.meta.url)}`,
      '--test',
      // More than the two processors of a small machine: half of a test is waiting for something.
      '--test-concurrency=3',
      // Of one test, which takes some seconds at most on an idle machine: only a hang should meet it.
      '--test-timeout=120000',
      '--test-reporter=spec',
      ...(args.length > 0 ? namedTests(args) : testFiles()),
    ],
  ],
  /** With `--write` it mends what a program can mend: generated files and the format. */
  check: (args) => [
    ['scripts/generate.ts', ...(args.includes('--write') ? [] : ['--check'])],
    ['scripts/check-dependencies.ts'],
    [...bin('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', ...args, '.'],
    [...bin('typescript', 'bin/tsc'), '-p', 'tsconfig.json'],
    [...bin('typescript', 'bin/tsc'), '-p', 'packages/console/tsconfig.json'],
    [...bin('typescript', 'bin/tsc'), '-p', 'packages/passkey-extension'],
    [...bin('typescript', 'bin/tsc'), '-p', 'packages/server/browser'],
    [...bin('typescript', 'bin/tsc'), '-p', 'scripts/docs/browser'],
    [
      ...bin('dependency-cruiser', 'bin/dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'err',
      'packages',
      'e2e',
      'bench',
    ],
    ['scripts/build/build.ts', '--sizes'],
  ],
  build: (args) => [['scripts/build/build.ts', '--sizes', ...args]],
  'check-clients': (args) => [['scripts/check-clients.ts', ...args]],
  'check-deploy': (args) => [['scripts/check-deploy.ts', ...args]],
  docs: (args) => [['scripts/docs.ts', ...args]],
  package: (args) => [['scripts/build/gateway-package.ts', ...args]],
  client: (args) => [['scripts/build/client-package.ts', ...args]],
  'python-client': (args) => [['scripts/build/python-client.ts', ...args]],
  'passkey-extension': (args) => [['scripts/build/passkey-extension.ts', ...args]],
  release: (args) => [['scripts/release.ts', ...args]],
  generate: (args) => [['scripts/generate.ts', ...args]],
  new: (args) => [
    ['scripts/new.ts', ...args],
    [
      ...bin('@biomejs/biome', 'bin/biome'),
      'check',
      '--write',
      'packages/server/src/operations',
      'packages/server/src/events',
    ],
    ['scripts/generate.ts', '--registry'],
  ],
  bench: (args) => [['scripts/build/build.ts'], ['bench/main.ts', ...args]],
}

const purposes = {
  start: 'the gateway, against the real WhatsApp',
  sandbox: 'a gateway and a WhatsApp world with virtual phones, on this machine',
  world: 'the WhatsApp world alone',
  import: 'takes devices of another program over, without scanning again',
  backup: 'everything of the gateway, or of one API key, as a sealed file',
  restore: 'puts a backup into a database',
  config: 'config check: each setting, where it comes from, and what is wrong',
  doctor: 'what is wrong with this installation, and what to do',
  test: 'the tests; of the files that are named, or all',
  check: 'everything that can be said without running it; with --write it mends what it can',
  build: 'compiles the gateway beforehand; start and sandbox do it when it is needed',
  'check-clients': 'generated clients in other languages: made, compiled and used; takes some minutes',
  'passkey-extension': 'the browser extension for accounts that ask for a passkey, in dist/passkey-extension',
  'check-deploy': 'what is in deploy, the Dockerfile and compose.yaml, as far as the linters are here',
  docs: 'the site of the documentation, in build/docs-site; docs -- serve shows it',
  package: 'the npm package of the gateway, compiled, in dist/gateway',
  client: 'the npm package of the client, in dist/client',
  'python-client': 'the wheel of the client for Python, in dist/python-client',
  release: 'what a release is made of: check, prepare, notes, sbom',
  generate: 'the files that are made from others',
  new: 'a new operation or event, and its test',
  bench: 'measurements',
}

const usage = `Usage: npm run <command> [-- <arguments>]

${Object.entries(purposes)
  .map(([name, purpose]) => `  ${name.padEnd(19)}${purpose}`)
  .join('\n')}

npm run <command> -- --help says more about start, sandbox, world, import, backup, restore, config and doctor.`

/** Runs one step; resolves to its exit code. */
const run = (args) =>
  runNode(node(), args, {
    cwd: root,
    env: {
      // Compiled code is kept between runs: starts are quicker, and a gateway is some 15 MiB smaller.
      NODE_COMPILE_CACHE: path.join(modules, '.cache', 'compiled'),
      ...gatewayEnvironment,
      ...process.env,
      PATH: `${path.dirname(node())}${path.delimiter}${process.env.PATH ?? ''}`,
    },
  })

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (['--help', '-h', 'help'].includes(name)) {
  console.log(usage)
  process.exit(0)
}
if (!command) fail(name ? `Unknown command: ${name}. There are: ${Object.keys(commands).join(', ')}.` : usage, 2)
endWithNpm()
await install(root, inform).catch((error) => fail(error.message))
for (const step of await command(args)) {
  const code = await run(step)
  if (code !== 0) process.exit(code)
}
