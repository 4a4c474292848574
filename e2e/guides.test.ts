import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import { parse as parseYaml } from 'yaml'
import { readConfig } from '../packages/server/src/config/read-config.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { blocksOf, type CodeBlock, guides, pasteFaults, root } from './steps/code-blocks.ts'
import { freePort } from './steps/free-port.ts'
import { SandboxCommand } from './steps/sandbox-command.ts'
import { paste, type Shell, shells } from './steps/shells.ts'

/** Languages that are only read by people. Whatever else a guide shows is run, or at least understood by what it is written for. */
const forReaders = new Set(['text', 'nginx'])

const at = ({ file, line }: CodeBlock): string => `${file}:${line}`

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** A folder that looks like a checkout: what is there is ours, what is made is its own. */
const checkout = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-guides-'))
  for (const name of readdirSync(root)) {
    if (!['data', '.git', '.env', '.installing'].includes(name)) symlinkSync(join(root, name), join(folder, name))
  }
  return folder
}

/** A gateway and a world as `npm run sandbox` starts them, and a guide's ports turned into theirs. */
class Stage {
  readonly folder = checkout()
  readonly sandbox: SandboxCommand
  readonly #ports: ReadonlyMap<string, number>

  static async set(): Promise<Stage> {
    const [gateway, world, ...others] = await Promise.all(Array.from({ length: 4 }, freePort))
    const stage = new Stage(gateway!, world!, others)
    await stage.sandbox.start()
    return stage
  }

  private constructor(gateway: number, world: number, [receiver, tls]: readonly number[]) {
    this.sandbox = new SandboxCommand(gateway, world, this.folder)
    this.#ports = new Map([
      ['7001', gateway],
      ['7002', world],
      ['7003', receiver!],
      ['7443', tls!],
    ])
  }

  here(code: string): string {
    return code.replaceAll(/\b(?:7001|7002|7003|7443)\b/g, (port) => String(this.#ports.get(port)))
  }

  async run(command: string, args: readonly string[], input = ''): Promise<string> {
    const child = spawn(command, args, { cwd: this.folder, timeout: 120_000 })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    child.stdin.end(this.here(input))
    const [code] = await once(child, 'close')
    assert.equal(code, 0, text)
    return text
  }

  async strike(): Promise<void> {
    await this.sandbox.end('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const pasted = (blocks: readonly CodeBlock[]): CodeBlock[] =>
  blocks.filter(({ language, words }) => language === 'sh' && words.length === 0)

const marked = (blocks: readonly CodeBlock[]): string[] =>
  blocks.map((block) => `echo "AT ${at(block)}"\n${block.code}`)

const quickStart = pasted(blocksOf('README.md'))

/** What must be seen when a guide's lines are pasted; and nothing may fail. */
const shows: Record<string, (shown: string) => void> = {
  'README.md': (shown) => {
    assert.match(shown, /"text":"Hello Bob"/)
    assert.match(shown, /message\.received sha256=[0-9a-f]{64} \{/)
  },
  'docs/guide/sandbox.md': (shown) => {
    assert.match(shown, /"message_id"/)
    assert.match(shown, /"now":"/)
    assert.match(shown, /"restored":true/)
    assert.equal(shown.match(/"armed":true,"id":"f\d+"/g)?.length, 6, shown)
    assert.match(shown, /\{"cleared":true\}/)
  },
  'docs/guide/mcp.md': (shown) => {
    assert.match(shown, /approval_id.{1,6}apr_/, shown)
    assert.match(shown, /"state":"approved"/, shown)
  },
  'docs/guide/access.md': (shown) => {
    assert.equal(shown.match(/"device_name":"second"/g)?.length, 3, shown)
  },
  'docs/guide/reading-live.md': (shown) => {
    assert.match(shown, /"next_after":\d+/)
    assert.match(shown, /"webhook_id"/)
    assert.equal(shown.match(/^event: message\.received$/gm)?.length, 2, shown)
  },
}

const module = (path: string): string => JSON.stringify(pathToFileURL(join(root, path)).href)

/** TypeScript of the guides is written for tests of this repository: what these import, and what stands for the API. */
const asTest = (code: string): string =>
  [
    `import { Sandbox } from ${module('packages/sandbox/src/index.ts')}`,
    `import { StockClient } from ${module('packages/sandbox/src/driver/testing/stock-client.ts')}`,
    code.replace('await ana.scan(qrTextFromTheApi)', 'const client = new StockClient(world)\nawait client.link(ana)'),
    'await client.close()',
  ].join('\n')

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

/** How a block of each language is put to the test. Blocks of a shell are pasted one after the other instead. */
const judges: Record<string, (block: CodeBlock, stage: () => Promise<Stage>) => Promise<void> | void> = {
  js: async ({ code }, stage) => void (await (await stage()).run(process.execPath, ['--input-type=module', '-'], code)),
  python: async ({ code }, stage) => void (await (await stage()).run('python3', ['-'], code)),
  ts: async ({ code }, stage) => {
    const { folder, run } = await stage().then((set) => ({ folder: set.folder, run: set.run.bind(set) }))
    const file = join(folder, 'sample.ts')
    writeFileSync(file, asTest(code))
    await run(process.execPath, [file])
  },
  go: async ({ code }, stage) => {
    const { folder, run } = await stage().then((set) => ({ folder: set.folder, run: set.run.bind(set) }))
    const package_ = join(folder, 'go-sample')
    mkdirSync(package_, { recursive: true })
    writeFileSync(join(package_, 'go.mod'), 'module sample\n\ngo 1.21\n')
    writeFileSync(join(package_, 'sample.go'), code)
    await run('go', ['vet', '-C', package_, '.'])
  },
  php: async ({ code }, stage) => void (await (await stage()).run('php', ['-l'], code)),
  json: ({ code }) => void JSON.parse(code),
  yaml: ({ code }) => void parseYaml(code),
  env: ({ code }) => void readConfig(parseEnv(code.replaceAll('=…', `=${'0f'.repeat(32)}`)), { needsSecrets: true }),
}

const programs: Record<string, string> = { python: 'python3', go: 'go', php: 'php' }

const commandsOf = ({ code }: CodeBlock): string[] => code.split('\n').filter(Boolean)

/** Which command of package.json a line runs. */
const scriptOf = (line: string): string => /^npm (?:run )?(\S+)/.exec(line)?.[1] ?? line

/** What a program says when it is up. */
const ready: Record<string, RegExp> = {
  start: /listens on http/,
  sandbox: /The README begins like this/,
  world: /^socket /m,
}

/** Runs a command that does not end by itself until it is up, with ports and a folder of its own. */
const startsUp = async (line: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-starts-'))
  const [port, worldPort] = await Promise.all([freePort(), freePort()])
  const env = { SERVER_PORT: `${port}`, SANDBOX_PORT: `${worldPort}`, SERVER_ADDRESS: '127.0.0.1' }
  const child = spawn('sh', ['-c', `exec ${line}`], {
    ...{ cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, ...env, SWITCHBOARD_DATA_DIR: join(folder, 'data') },
  })
  let shown = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (shown += chunk))
  try {
    await until(`"${line}" is up`, () => {
      assert.equal(child.exitCode, null, shown)
      return ready[scriptOf(line)]!.test(shown)
    })
  } finally {
    const ended = once(child, 'exit')
    if (child.exitCode === null) {
      process.kill(-child.pid!, 'SIGTERM')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

const { shells: there, missing } = shells()
if (missing) console.error(missing)

for (const file of guides()) {
  describe(`the blocks of ${file}`, { timeout: 600_000 }, () => {
    const blocks = blocksOf(file)
    let stage: Promise<Stage> | undefined
    const set = () => {
      stage ??= Stage.set()
      return stage
    }
    after(async () => (await stage)?.strike())

    it('say which language they are in', () => {
      for (const block of blocks) {
        const known = block.language === 'sh' || block.language in judges || forReaders.has(block.language)
        assert.ok(known, `${at(block)}: "${block.language}" is no language that is tested here`)
        for (const word of block.words)
          assert.ok(['starts', 'listed', 'container'].includes(word), `${at(block)}: ${word}?`)
      }
    })

    const ofShell = blocks.filter(({ language }) => language === 'sh')
    if (ofShell.length > 0) {
      it('can be pasted at a prompt', () => {
        for (const block of ofShell) assert.deepEqual(pasteFaults(block.code), [], at(block))
      })
    }

    for (const shell of pasted(blocks).length > 0 ? there : []) {
      it(`work in ${shell.name}`, async () => {
        const { folder, here } = await set().then((ready) => ({ folder: ready.folder, here: ready.here.bind(ready) }))
        const before = file === 'README.md' ? [] : marked(quickStart)
        const lines = [...before, ...marked(pasted(blocks)), 'kill $RECEIVER', 'echo "AT THE END"']
        const shown = await paste(shell, folder, here(lines.join('\n')))
        assert.match(shown, /AT THE END/, shown)
        assert.doesNotMatch(shown, /"error":\{|"status":false/, shown)
        shows[file]?.(shown)
      })
    }

    for (const block of ofShell.filter(({ words }) => words.includes('starts'))) {
      for (const line of commandsOf(block)) it(`start what they say: ${line}`, () => startsUp(line))
    }

    it('name commands that exist', () => {
      // What is for a container is run by container.test.ts.
      for (const block of ofShell.filter(({ words }) => words.length > 0 && !words.includes('container')))
        for (const line of commandsOf(block)) assert.ok(scriptOf(line) in scripts, `${at(block)}: ${line}`)
    })

    for (const block of blocks) {
      const judge = judges[block.language]
      if (!judge) continue
      const needs = programs[block.language]
      if (needs && !has(needs)) console.error(`there is no ${needs} here: ${at(block)} is not run`)
      else it(`work in ${block.language} (${at(block)})`, async () => judge(block, set))
    }
  })
}

describe('the quick start of the README', { timeout: 600_000 }, () => {
  it('loses and doubles nothing when the gateway is killed after it', async () => {
    const stage = await Stage.set()
    const [bash] = there as [Shell]
    const run = (lines: string) => paste(bash, stage.folder, stage.here(lines))
    try {
      const keep =
        'declare -p API WORLD TOKEN AUTH ANA BOB BOB_NUMBER ANA_NUMBER JSON KEY > names; declare -f field >> names'
      await run([...marked(quickStart), 'kill $RECEIVER', keep].join('\n'))
      await stage.sandbox.end('SIGKILL')
      await stage.sandbox.start()
      const again = await run(`source ./names
until [ "$(curl -s $API/devices/me/status -H "$AUTH" | field data.connected)" = true ]; do sleep 0.2; done
curl -s $API/chats/$BOB_NUMBER/messages -H "$AUTH" -H "$JSON" -H 'Idempotency-Key: hello-1' -d '{"text":"Hello Bob"}'; echo
curl -s $API/chats/$BOB_NUMBER/messages -H "$AUTH" -H "$JSON" -d '{"text":"Still here"}'; echo
echo PHONE; curl -s $WORLD/phones/$BOB/messages; echo
echo CHAT; curl -s $API/chats/$BOB_NUMBER/messages -H "$AUTH"; echo`)
      const [, phone = '', chat = ''] = again.split(/^(?:PHONE|CHAT)$/m)
      const texts = (json: string) => [...json.matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text).sort()
      assert.deepEqual(texts(phone), ['Hello Ana', 'Hello Bob', 'Still here'], again)
      assert.deepEqual(texts(chat), ['Hello Ana', 'Hello Bob', 'Still here'], again)
    } finally {
      await stage.strike()
    }
  })
})

describe('looking for what cannot be pasted', () => {
  for (const shell of there) {
    it(`fails in ${shell.name} on a line that it does not understand, and ends what a line left running`, async () => {
      const prompts = shell === there[0] ? [] : ['# a comment', 'echo http://127.0.0.1/?a=1', 'echo "a!b"']
      for (const line of ['no-such-command-here', 'fi', ...prompts])
        await assert.rejects(paste(shell, tmpdir(), `${line}\necho later`), (error: Error) => {
          assert.match(error.message, new RegExp(`^${shell.name}: `))
          return true
        })
      assert.match(await paste(shell, tmpdir(), 'sleep 600 &\necho "it is $((1 + 1))"'), /it is 2/)
    })
  }

  it('finds what a prompt would take for something else, also inside of substitutions', () => {
    const wrong = {
      'echo a # b': 'a comment',
      '# b': 'a comment',
      'curl $API/x?a=1': '? outside of quotes',
      'X="$(curl $API/x?a=1)"': '? outside of quotes',
      'ls *.md': '* outside of quotes',
      'echo [a]': '[ outside of quotes',
      'echo "a!b"': '! outside of single quotes',
    }
    for (const [code, fault] of Object.entries(wrong)) assert.deepEqual(pasteFaults(code), [`line 1: ${fault}`], code)
  })

  it('leaves alone what is safe', () => {
    for (const code of [
      `curl "$API/x?a=1" '$API/*' -d '{"a":[1]}' # not this`.replace(' # not this', ''),
      'until [ "$(curl -s $API/status -H "$AUTH" | field data.connected)" = true ]; do sleep 0.2; done',
      `node -e "x('a#b')" > y; echo $? \\#`,
      'RECEIVER=$!\nif [ "$a" != b ]; then :; fi',
    ])
      assert.deepEqual(pasteFaults(code), [], code)
  })
})
