#!/usr/bin/env node
// The program `switchboard` of the npm package and of the image. For any Node from 20 on: what it starts runs on the Node that the package brings along, unless
// this one is new enough. scripts/build/gateway-package.ts makes one file of it.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gatewayEnvironment, gatewayFlags } from '../gateway-flags.mjs'
import { endWithNpm, runNode } from '../run-node.mjs'
import { nodePackage } from './node-packages.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const { version, switchboard } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))

const commands = {
  start: { file: 'main', purpose: 'the gateway, against the real WhatsApp', flags: gatewayFlags },
  sandbox: {
    file: 'sandbox-main',
    purpose: 'a gateway and a WhatsApp world with virtual phones, on this machine',
    flags: gatewayFlags,
  },
  world: { file: 'world-main', purpose: 'the WhatsApp world alone' },
  import: {
    file: 'import-main',
    purpose: 'takes devices of another program over, without scanning again',
    flags: gatewayFlags,
  },
  backup: {
    file: 'backup-main',
    purpose: 'everything of the gateway, or of one API key, as a sealed file',
    flags: gatewayFlags,
  },
  restore: { file: 'restore-main', purpose: 'puts a backup into a database', flags: gatewayFlags },
  config: { file: 'config-main', purpose: 'config check: each setting, where it comes from, and what is wrong' },
  doctor: { file: 'doctor-main', purpose: 'what is wrong with this installation, and what to do' },
}

const usage = `One REST API for many WhatsApp accounts.

Usage: switchboard <command> [arguments]

${Object.entries(commands)
  .map(([name, { purpose }]) => `  ${name.padEnd(10)}${purpose}`)
  .join('\n')}

switchboard <command> --help says more, switchboard --version the version. Settings are environment variables, or lines in the file .env of the working directory.`

const end = (text, code, stream = process.stderr) => {
  stream.write(`${text}\n`)
  process.exit(code)
}

/** The Node that is needed. */
const node = () => {
  const least = switchboard.node
  if (Number.parseInt(process.versions.node, 10) >= least) return process.execPath
  try {
    const found = createRequire(import.meta.url).resolve(`${nodePackage()}/package.json`)
    const program = path.join(path.dirname(found), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    if (existsSync(program)) return program
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
  }
  return end(
    `Node ${least} is needed; this is ${process.version}, and ${nodePackage()}, which would bring it along, is not installed. Install again without --omit=optional, or use Node ${least}.`,
    1,
  )
}

const [name = '', ...args] = process.argv.slice(2)
if (['--help', '-h', 'help'].includes(name)) end(usage, 0, process.stdout)
if (['--version', '-v'].includes(name)) end(version, 0, process.stdout)
if (!Object.hasOwn(commands, name))
  end(name ? `Unknown command: ${name}. There are: ${Object.keys(commands).join(', ')}.` : usage, 2)

const { file, flags = [] } = commands[name]
const program = [...flags, path.join(root, 'build', `${file}.mjs`), ...args]
const env = { ...gatewayEnvironment, ...process.env, SWITCHBOARD_CALLED_AS: `switchboard ${name}` }

// Nobody is left in between: signals, memory and the exit code are those of the gateway alone. Below npm somebody has to see that npm was killed.
if (process.execve && !process.env.npm_lifecycle_event) {
  process.removeAllListeners('warning')
  process.execve(node(), [node(), ...program], env)
}
endWithNpm()
runNode(node(), program, { cwd: process.cwd(), env }).then(
  (code) => process.exit(code),
  (error) => end(error.message, 1),
)
