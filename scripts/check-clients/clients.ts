import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { layPythonSources } from '../build/python-wheel.ts'
import { callFromGo, callFromPython } from './programs.ts'
import { run } from './tools.ts'

/** What the checks of one run share. */
export interface Workplace {
  readonly root: string
  /** Everything that is made, and kept for the next run only as far as it was downloaded. */
  readonly folder: string
  /** The OpenAPI document. */
  readonly document: string
}

/** Where a client that was made calls. */
export interface Gateway {
  readonly url: string
  readonly token: string
  readonly chat: string
  readonly text: string
}

export interface Check {
  readonly name: string
  /** Programs without which it cannot be. */
  readonly needs: readonly string[]
  make(place: Workplace): Promise<void>
  /** Sends one text with it. */
  call?(place: Workplace, gateway: Gateway): Promise<void>
}

const versions = {
  openapiGenerator: '7.25.0',
  openapiPythonClient: '0.29.1',
  mypy: '1.18.2',
  oapiCodegen: 'v2.8.2',
  oapiRuntime: 'v1.9.0',
  redocly: '2.77.0',
} as const

const emptied = (folder: string, name: string): string => {
  const place = path.join(folder, name)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  return place
}

const generatorJar = async (cwd: string): Promise<string> => {
  const artifact = `org.openapitools:openapi-generator-cli:${versions.openapiGenerator}`
  const jar = path.join(cwd, 'tools', `openapi-generator-cli-${versions.openapiGenerator}.jar`)
  if (existsSync(jar)) return jar
  await run('mvn', ['-q', 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false'], { cwd })
  await run('mvn', ['-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${path.dirname(jar)}`], {
    cwd,
  })
  return jar
}

/** Its models of forms are switched on: its clients use them and do not make them otherwise. */
const generate = async ({ folder, document }: Workplace, language: string): Promise<string> => {
  const place = emptied(folder, `openapi-generator-${language}`)
  const flags = ['-Xmx1g', '-XX:TieredStopAtLevel=1', '-jar', await generatorJar(folder)]
  const settings = ['-q', '-i', document, '-g', language, '-o', place, '--global-property', 'skipFormModel=false']
  await run('java', [...flags, 'generate', ...settings], { cwd: folder })
  return place
}

const python = async (folder: string, ...packages: readonly string[]): Promise<string> => {
  const place = path.join(folder, 'python')
  const program = path.join(place, 'bin/python')
  if (!existsSync(program)) await run('python3', ['-m', 'venv', place], { cwd: folder })
  await run(program, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages], { cwd: folder })
  return program
}

const importAll = (name: string): string => `
import importlib, pkgutil, ${name}
names = [found.name for found in pkgutil.walk_packages(${name}.__path__, '${name}.')]
assert len(names) > 200, names
for found in names: importlib.import_module(found)`

const tsconfig = {
  compilerOptions: {
    ...{ target: 'ES2022', module: 'ESNext', moduleResolution: 'Bundler', strict: true, noEmit: true, types: [] },
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
  },
  files: ['index.ts'],
}

/** Loads every class. Those of the calls need Guzzle, and ask for it only when they are used. */
const loadAll = `
spl_autoload_register(function (string $name) {
  [, , $class] = explode('\\\\', $name, 3) + ['', '', ''];
  $file = 'lib/' . str_replace('\\\\', '/', $class) . '.php';
  if (is_file($file)) require $file;
});
set_error_handler(fn(int $kind, string $words) => throw new Error($words));
$files = array_merge(glob('lib/*.php'), glob('lib/*/*.php'));
if (count($files) < 200) throw new Error('there are only ' . count($files) . ' classes');
foreach ($files as $file) {
  $name = 'OpenAPI\\\\Client\\\\' . str_replace('/', '\\\\', substr($file, 4, -4));
  if (!class_exists($name) && !interface_exists($name)) throw new Error("there is no $name");
}`

/** A style that the document does not have: a slash at the end of `/docs/` is what the contract says. */
const redoclySettings = 'extends: [recommended]\nrules: { no-path-trailing-slash: off }\n'

export const checks: readonly Check[] = [
  {
    name: `redocly lint ${versions.redocly}`,
    needs: ['npx'],
    async make({ folder, document }) {
      const settings = path.join(emptied(folder, 'redocly'), 'redocly.yaml')
      writeFileSync(settings, redoclySettings)
      const program = ['--yes', `@redocly/cli@${versions.redocly}`, 'lint', document]
      await run('npx', [...program, '--config', settings, '--format', 'summary'], { cwd: folder })
    },
  },
  {
    name: `openapi-python-client ${versions.openapiPythonClient}`,
    needs: ['python3'],
    async make({ folder, document }) {
      const program = await python(folder, `openapi-python-client==${versions.openapiPythonClient}`)
      const place = path.join(emptied(folder, 'openapi-python-client'), 'made')
      const settings = ['generate', '--path', document, '--output-path', place, '--meta', 'setup']
      await run(program, ['-m', 'openapi_python_client', ...settings], { cwd: folder })
      await run(program, ['-c', importAll('switchboard_client')], { cwd: place })
    },
    async call({ folder }, gateway) {
      const place = path.join(folder, 'openapi-python-client/made')
      const { url, token, chat, text } = gateway
      await run(path.join(folder, 'python/bin/python'), ['-c', callFromPython, url, token, chat, text], { cwd: place })
    },
  },
  {
    name: `clients/python, mypy ${versions.mypy}`,
    needs: ['python3'],
    async make({ root, folder }) {
      const place = emptied(folder, 'clients-python')
      await layPythonSources(root, place)
      const program = await python(folder, `mypy==${versions.mypy}`, place)
      await run(program, ['-m', 'mypy', '--python-executable', program], { cwd: place })
    },
  },
  {
    name: `oapi-codegen ${versions.oapiCodegen}`,
    needs: ['go'],
    async make({ folder, document }) {
      const place = emptied(folder, 'oapi-codegen')
      mkdirSync(path.join(place, 'switchboard'))
      const settings = ['package: switchboard', 'generate: { models: true, client: true }']
      // The shapes of events are in no answer, and left out otherwise.
      writeFileSync(path.join(place, 'settings.yaml'), [...settings, 'output-options: { skip-prune: true }'].join('\n'))
      writeFileSync(path.join(place, 'main.go'), callFromGo)
      const generator = `github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@${versions.oapiCodegen}`
      const output = ['-config', 'settings.yaml', '-o', 'switchboard/client.gen.go']
      await run('go', ['run', generator, ...output, document], { cwd: place })
      await run('go', ['mod', 'init', 'example.com/client'], { cwd: place })
      await run('go', ['get', `github.com/oapi-codegen/runtime@${versions.oapiRuntime}`], { cwd: place })
      await run('go', ['mod', 'tidy'], { cwd: place })
      await run('go', ['build', '-o', 'call', '.'], { cwd: place })
    },
    async call({ folder }, { url, token, chat, text }) {
      await run(path.join(folder, 'oapi-codegen/call'), [url, token, chat, text], { cwd: folder })
    },
  },
  {
    name: `openapi-generator ${versions.openapiGenerator}, typescript-fetch`,
    needs: ['java', 'mvn'],
    async make(workplace) {
      const place = await generate(workplace, 'typescript-fetch')
      writeFileSync(path.join(place, 'tsconfig.json'), JSON.stringify(tsconfig))
      const compiler = path.join(workplace.root, 'node_modules/typescript/bin/tsc')
      await run(process.execPath, [compiler, '-p', place], { cwd: place })
    },
  },
  {
    name: `openapi-generator ${versions.openapiGenerator}, go`,
    needs: ['java', 'mvn', 'go'],
    async make(workplace) {
      const place = await generate(workplace, 'go')
      // Its tests need more than the client does.
      rmSync(path.join(place, 'test'), { recursive: true, force: true })
      await run('go', ['build', './...'], { cwd: place })
    },
  },
  {
    name: `openapi-generator ${versions.openapiGenerator}, python`,
    needs: ['java', 'mvn', 'python3'],
    async make(workplace) {
      // It writes methods without types for what webhooks are sent, which do not compile. Their shapes stay.
      const { webhooks: _webhooks, ...rest } = JSON.parse(readFileSync(workplace.document, 'utf8'))
      const document = path.join(workplace.folder, 'without-webhooks.json')
      writeFileSync(document, JSON.stringify(rest))
      const place = await generate({ ...workplace, document }, 'python')
      const program = await python(workplace.folder, place)
      await run(program, ['-c', importAll('openapi_client')], { cwd: place })
    },
  },
  {
    name: `openapi-generator ${versions.openapiGenerator}, java`,
    needs: ['java', 'mvn'],
    async make(workplace) {
      const place = await generate(workplace, 'java')
      await run('mvn', ['-q', '-B', '-DskipTests', 'compile'], { cwd: place })
    },
  },
  {
    name: `openapi-generator ${versions.openapiGenerator}, php`,
    needs: ['java', 'mvn', 'php'],
    async make(workplace) {
      const place = await generate(workplace, 'php')
      await run('php', ['-d', 'display_errors=stderr', '-r', loadAll], { cwd: place })
    },
  },
]
