import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { until } from '../packages/server/src/testing/until.ts'
import { judges, parsers, programOf, programs } from './steps/block-judges.ts'
import { blocksOf, type CodeBlock, guides, pasteFaults, references, root } from './steps/code-blocks.ts'
import { freePort } from './steps/free-port.ts'
import { GuideStage } from './steps/guide-stage.ts'
import { paste, type Shell, shells } from './steps/shells.ts'

/** What a fence may say behind its language, and what is done then. A block without one is run as it stands.
 *  - `starts`: commands that do not end by themselves, started until they are up
 *  - `listed`: commands that exist; running them here would be this test again
 *  - `container`: run by container.test.ts
 *  - `file: <path>`: the block is that file
 *  - `part: <why>`: of something larger: only parsed
 *  - `not-run: <why>`: only looked at */
const markers = new Set(['starts', 'listed', 'container', 'file', 'part', 'not-run'])

/** Markers that need a reason. */
const explained = new Set(['part', 'not-run'])

const isMarked = ({ words }: CodeBlock, ...wanted: string[]): boolean => words.some((word) => wanted.includes(word))

/** What is text must not be something to paste: that is marked as what it is. */
const looksLikeCommand =
  /^(\$ |[A-Z_]+=\S+ [a-z]|npm |npx |node |curl |docker |kubectl |helm |switchboard |pip |python3? |git |mkdir |openssl |cd )/m

const at = ({ file, line }: CodeBlock): string => `${file}:${line}`

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** One for all guides: each makes people and devices of its own in it. */
let stage: Promise<GuideStage> | undefined
const set = (): Promise<GuideStage> => {
  stage ??= GuideStage.set()
  return stage
}
after(async () => (await stage)?.strike())

const pasted = (blocks: readonly CodeBlock[]): CodeBlock[] =>
  blocks.filter(({ language, words }) => language === 'sh' && words.length === 0)

const marked = (blocks: readonly CodeBlock[]): string[] =>
  blocks.map((block) => `echo "AT ${at(block)}"\n${block.code}`)

const quickStart = pasted(blocksOf('README.md'))

/** Guides that begin from nothing; all others continue where the README ends. */
const fromNothing = new Set(['README.md', 'docs/guide/first-hour.md'])

/** What must be seen when a guide's lines are pasted; and nothing may fail. */
const shows: Record<string, (shown: string) => void> = {
  'README.md': (shown) => {
    assert.match(shown, /"text":"Hello Bob"/)
    assert.match(shown, /message\.received sha256=[0-9a-f]{64} \{/)
  },
  'docs/guide/first-hour.md': (shown) => {
    assert.match(shown, /"text":"Your order is ready"/)
    assert.match(shown, /message\.received Thank you, I am on my way/)
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

/** Commands of several guides are started once. */
const started = new Set<string>()

const { shells: there, missing } = shells()
if (missing) console.error(missing)

for (const file of guides()) {
  const blocks = blocksOf(file)
  if (blocks.length === 0) continue
  describe(`the blocks of ${file}`, { timeout: 600_000 }, () => {
    it('say which language they are in, and why when they are not run', () => {
      for (const block of blocks) {
        const { language, words, why } = block
        const known = language === 'text' || language === 'sh' || language in judges || language in parsers
        assert.ok(known, `${at(block)}: "${language}" is no language that is tested here`)
        for (const word of words) assert.ok(markers.has(word), `${at(block)}: ${word}?`)
        if (isMarked(block, ...explained)) assert.ok(why.split(' ').length > 2, `${at(block)} does not say why`)
        if (language === 'text') assert.doesNotMatch(block.code, looksLikeCommand, `${at(block)} is something to paste`)
      }
    })

    const ofShell = blocks.filter(({ language }) => language === 'sh')
    if (ofShell.length > 0) {
      it('can be pasted at a prompt', () => {
        for (const block of ofShell.filter((each) => !isMarked(each, 'not-run')))
          assert.deepEqual(pasteFaults(block.code), [], at(block))
      })
    }

    for (const shell of pasted(blocks).length > 0 ? there : []) {
      it(`work in ${shell.name}`, async () => {
        const { folder, here } = await set().then((ready) => ({ folder: ready.folder, here: ready.here.bind(ready) }))
        const before = fromNothing.has(file) ? [] : marked(quickStart)
        const lines = [...before, ...marked(pasted(blocks)), 'kill $RECEIVER', 'echo "AT THE END"']
        const shown = await paste(shell, folder, here(lines.join('\n')))
        assert.match(shown, /AT THE END/, shown)
        assert.doesNotMatch(shown, /"error":\{|"status":false/, shown)
        shows[file]?.(shown)
      })
    }

    for (const block of ofShell.filter((each) => isMarked(each, 'starts'))) {
      for (const line of commandsOf(block).filter((each) => !started.has(each))) {
        started.add(line)
        it(`start what they say: ${line}`, () => startsUp(line))
      }
    }

    it('name commands that exist', () => {
      // What is for a container is run by container.test.ts.
      for (const block of ofShell.filter((each) => isMarked(each, 'starts', 'listed')))
        for (const line of commandsOf(block)) assert.ok(scriptOf(line) in scripts, `${at(block)}: ${line}`)
      for (const block of ofShell) {
        for (const [, name = ''] of block.code.matchAll(/(?:^|&& |\()npm run ([\w-]+)/gm))
          if (!/^(lint|build)$/.test(name)) assert.ok(name in scripts, `${at(block)}: npm run ${name}`)
        for (const [, name = ''] of block.code.matchAll(/^switchboard ([\w-]+)/gm))
          assert.ok(name in scripts, `${at(block)}: switchboard ${name}`)
      }
    })

    for (const block of blocks.filter((each) => isMarked(each, 'file'))) {
      it(`are the file that they name (${at(block)})`, () => {
        assert.equal(block.code, readFileSync(join(root, block.why), 'utf8'))
      })
    }

    for (const block of blocks.filter((each) => isMarked(each, 'part'))) {
      it(`are parsed as ${block.language} (${at(block)})`, () => void parsers[block.language]!(block.code))
    }

    for (const block of blocks.filter(({ words }) => words.length === 0)) {
      const judge = judges[block.language]
      if (!judge) continue
      const needs = programs[block.language]
      if (needs && !programOf(needs)) console.error(`there is no ${needs} here: ${at(block)} is not run`)
      else it(`work in ${block.language} (${at(block)})`, async () => judge(block, set))
    }
  })
}

describe('the pages of reference', () => {
  for (const file of references()) {
    it(`${file} has examples that are JSON, and nothing else to copy`, () => {
      for (const block of blocksOf(file)) {
        assert.equal(block.language, 'json', at(block))
        JSON.parse(block.code)
      }
    })
  }
})

describe('the quick start of the README', { timeout: 600_000 }, () => {
  it('loses and doubles nothing when the gateway is killed after it', async () => {
    const ready = await set()
    const [bash] = there as [Shell]
    const run = (lines: string) => paste(bash, ready.folder, ready.here(lines))
    const keep =
      'declare -p API WORLD TOKEN AUTH ANA BOB BOB_NUMBER ANA_NUMBER JSON KEY > names; declare -f field >> names'
    await run([...marked(quickStart), 'kill $RECEIVER', keep].join('\n'))
    await ready.sandbox.end('SIGKILL')
    await ready.sandbox.start()
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
