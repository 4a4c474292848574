// Builds the passkey helper: a folder for Chrome and one for Firefox, which load as they are. `npm run passkey-extension`.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import { manifests } from '../../packages/passkey-extension/src/manifest.ts'

const source = 'packages/passkey-extension/src'
/** For the page of a pairing link, which loads it to learn that the helper is there. */
const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

export type ExtensionBrowser = keyof typeof manifests

const scriptFor = async (root: string): Promise<string> => {
  const { outputFiles } = await build({
    ...{ absWorkingDir: root, entryPoints: [`${source}/content.ts`], bundle: true, write: false },
    // Stores want to read what they publish.
    ...{ format: 'iife', platform: 'browser', minify: false, charset: 'utf8', legalComments: 'none' },
    target: ['chrome116', 'firefox121'],
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, target: 'es2022' } },
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}

/** Writes the extension for one browser into a folder, in place of what lies there. */
export async function buildExtension(root: string, browser: ExtensionBrowser, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const files = {
    'manifest.json': `${JSON.stringify(manifests[browser], null, 2)}\n`,
    'content.js': await scriptFor(root),
    ...(browser === 'chrome' && { 'here.svg': picture }),
  }
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content)
}

if (import.meta.main) {
  const root = path.resolve(import.meta.dirname, '../..')
  for (const browser of Object.keys(manifests) as ExtensionBrowser[]) {
    const folder = path.join('dist/passkey-extension', browser)
    await buildExtension(root, browser, path.join(root, folder))
    console.log(folder)
  }
}
