import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { parse as parseYaml } from 'yaml'
import { root } from './steps/code-blocks.ts'
import { freePort } from './steps/free-port.ts'
import { paste, shells } from './steps/shells.ts'

const example = path.join(root, 'examples/sandbox-in-ci')

type Environment = Readonly<Record<string, string>>

interface Pipeline {
  readonly env: Environment
  /** What its machine does, one script after the other, where Switchboard is there already. */
  readonly scripts: readonly string[]
  /** Which Switchboard it gets. */
  readonly version: string
}

const read = <Shape>(file: string): Shape => parseYaml(readFileSync(path.join(example, file), 'utf8')) as Shape

interface GitHubStep {
  readonly uses?: string
  readonly with?: Environment
  readonly run?: string
  readonly if?: string
}

const gitHub = (): Pipeline => {
  const { jobs } = read<{ jobs: { test: { env: Environment; steps: readonly GitHubStep[] } } }>(
    '.github/workflows/test.yml',
  )
  const { env, steps } = jobs.test
  const get = steps.find((step) => step.with?.['path'] === 'switchboard')
  return {
    env,
    scripts: steps.flatMap((step) => (step.run && !step.if ? [step.run] : [])),
    version: get?.with?.['ref'] ?? '',
  }
}

const gitLab = (): Pipeline => {
  const { test } = read<{ test: { variables: Environment; before_script: string[]; script: string[] } }>(
    '.gitlab-ci.yml',
  )
  const [clone = '', ...before] = test.before_script
  assert.match(clone, /^git clone .* switchboard$/)
  return { env: test.variables, scripts: [...before, ...test.script], version: test.variables['SWITCHBOARD_REF'] ?? '' }
}

const { shells: there } = shells()

/** Runs a pipeline in a copy of the example, next to this repository, with ports of its own. @returns what it shows */
const carriedOut = async ({ env, scripts }: Pipeline): Promise<string> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-ci-'))
  try {
    cpSync(example, folder, { recursive: true })
    symlinkSync(root, path.join(folder, 'switchboard'))
    const [api, world] = await Promise.all([freePort(), freePort()])
    const ours = {
      SERVER_PORT: `${api}`,
      SANDBOX_PORT: `${world}`,
      API: `http://127.0.0.1:${api}`,
      WORLD: `http://127.0.0.1:${world}`,
      SWITCHBOARD_DATA_DIR: path.join(folder, 'data'),
      CI_PROJECT_DIR: folder,
    }
    // Without the context: a test runner that is started by another one runs nothing.
    const given = Object.entries({ ...ours, ...env }).map(([name, value]) => `export ${name}="${value}"`)
    return await paste(
      there[0]!,
      folder,
      ['unset NODE_TEST_CONTEXT', ...given, ...scripts].join('\n').replaceAll('7001', `${api}`),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('the example of a program that is tested in CI', { timeout: 300_000 }, () => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }

  for (const [name, pipeline] of Object.entries({ 'GitHub Actions': gitHub(), GitLab: gitLab() })) {
    it(`passes its test by the steps for ${name}`, async () => {
      assert.equal(pipeline.version, `v${version}`)
      const shown = await carriedOut(pipeline)
      assert.match(shown, /pass 1\b/)
      assert.match(shown, /fail 0\b/)
    })
  }
})
