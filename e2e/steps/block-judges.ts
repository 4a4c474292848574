import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import { transformSync } from 'esbuild'
import { parse as parseYaml } from 'yaml'
import { readConfig } from '../../packages/server/src/config/read-config.ts'
import { findProgram } from '../../packages/server/src/process/find-program.ts'
import { type CodeBlock, root } from './code-blocks.ts'
import type { GuideStage } from './guide-stage.ts'

const module = (path: string): string => JSON.stringify(pathToFileURL(join(root, path)).href)

/** TypeScript of the guides is written for tests of this repository: what these import, and what stands for the API. */
const asTest = (code: string): string =>
  [
    `import { Sandbox } from ${module('packages/sandbox/src/index.ts')}`,
    `import { StockClient } from ${module('packages/sandbox/src/driver/testing/stock-client.ts')}`,
    code.replace('await ana.scan(qrTextFromTheApi)', 'const client = new StockClient(world)\nawait client.link(ana)'),
    'await client.close()',
  ].join('\n')

/** A program that a block needs, also where only root has it in the path. */
export const programOf = (name: string): string | undefined => findProgram(name, '/usr/sbin', '/usr/local/sbin')

/** A piece of nginx's configuration with what belongs around it. */
const wholeNginx = (code: string, folder: string): string => {
  const [outside = '', location = ''] = code.split(/^(?=location )/m)
  return `pid ${folder}/nginx.pid; error_log stderr;\nevents {}\nhttp {\n${outside}\nserver { listen 127.0.0.1:1;\n${location}}\n}\n`
}

type SetStage = () => Promise<GuideStage>

/** How a block of each language is put to the test. Blocks of a shell are pasted one after the other instead. */
export const judges: Record<string, (block: CodeBlock, set: SetStage) => Promise<void> | void> = {
  js: async ({ code }, set) => void (await (await set()).run(process.execPath, ['--input-type=module', '-'], code)),
  python: async ({ code }, set) => void (await (await set()).run('python3', ['-'], code)),
  ts: async ({ code }, set) => {
    const stage = await set()
    const file = join(stage.folder, 'sample.ts')
    writeFileSync(file, asTest(code))
    await stage.run(process.execPath, [file])
  },
  go: async ({ code }, set) => {
    const stage = await set()
    const package_ = join(stage.folder, 'go-sample')
    mkdirSync(package_, { recursive: true })
    writeFileSync(join(package_, 'go.mod'), 'module sample\n\ngo 1.21\n')
    writeFileSync(join(package_, 'sample.go'), code)
    await stage.run('go', ['vet', '-C', package_, '.'])
  },
  php: async ({ code }, set) => void (await (await set()).run('php', ['-l'], code)),
  nginx: async ({ code }, set) => {
    const stage = await set()
    const file = join(stage.folder, 'nginx.conf')
    writeFileSync(file, wholeNginx(code, stage.folder))
    await stage.run(programOf('nginx')!, ['-t', '-q', '-p', stage.folder, '-c', file])
  },
  json: ({ code }) => void JSON.parse(code),
  yaml: ({ code }) => void parseYaml(code),
  env: ({ code }) => void readConfig(parseEnv(code.replaceAll('=…', `=${'0f'.repeat(32)}`)), { needsSecrets: true }),
}

/** How a part of something larger is parsed. */
export const parsers: Record<string, (code: string) => unknown> = {
  js: (code) => transformSync(code, { loader: 'js' }),
  ts: (code) => transformSync(code, { loader: 'ts' }),
  tsx: (code) => transformSync(code, { loader: 'tsx' }),
}

/** What a language needs that a machine may lack. */
export const programs: Record<string, string> = { python: 'python3', go: 'go', php: 'php', nginx: 'nginx' }
