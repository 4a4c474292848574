import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventModelsModule, operationsModule } from './python-modules.ts'
import { pythonTools, runPython } from './python-tools.ts'

/** Two faults of what the generator writes: a boundary of forms that a file may contain, and headers that are no text. */
const mend = (code: string): void => {
  for (const file of globSync('api/*/*.py', { cwd: code }).map((name) => path.join(code, name))) {
    const written = readFileSync(file, 'utf8')
    const mended = written
      .replaceAll(/^ *headers\["Content-Type"\] = "multipart\/form-data; boundary=[+]{3}"\n/gm, '')
      .replaceAll(/^( *headers\["[\w-]+"\] = )(\w+)$/gm, '$1str($2)')
    if (mended !== written) writeFileSync(file, mended)
  }
}

/** The sources of the Python client with all that is generated, as the wheel is made of them. @throws NoPackages */
export const layPythonSources = async (root: string, folder: string): Promise<void> => {
  const python = await pythonTools(root)
  const document = path.join(root, 'packages/server/src/generated/openapi.json')
  const code = path.join(folder, 'src/switchboard_client')
  mkdirSync(path.dirname(code), { recursive: true })
  // With settings that run nothing afterwards: the format of generated files is nobody's concern.
  const settings = path.join(folder, 'settings.json')
  writeFileSync(settings, '{"post_hooks":[]}')
  const args = ['generate', '--path', document, '--output-path', code, '--meta', 'none', '--config', settings]
  await runPython(python, ['-m', 'openapi_python_client', ...args], folder)
  mend(code)
  await runPython(python, [path.join(root, 'scripts/build/python-groups.py'), code], folder)
  cpSync(path.join(root, 'clients/python'), folder, { recursive: true })
  cpSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'))
  const described = JSON.parse(readFileSync(document, 'utf8'))
  writeFileSync(path.join(code, 'operations.py'), operationsModule(described))
  writeFileSync(path.join(code, 'event_models.py'), eventModelsModule(described))
}

/** Makes the wheel in a folder. @throws NoPackages */
export const makePythonWheel = async (root: string, target: string): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-python-'))
  try {
    await layPythonSources(root, folder)
    const args = ['--wheel', '--no-isolation', '--outdir', target]
    await runPython(await pythonTools(root), ['-m', 'build', ...args], folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
