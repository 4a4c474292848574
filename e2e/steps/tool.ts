import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './code-blocks.ts'

/** Runs one of the gateway's tools to its end, as `npm run` does. @returns what it printed @throws when it fails */
export async function runTool(
  main: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'packages/server/src', main), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${main} ended with ${code}: ${output}`)
  return output
}
