import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const files = {
  style: { url: new URL('./docs.css', import.meta.url), extension: 'css', type: 'text/css; charset=utf-8' },
  script: {
    url: new URL('../generated/docs-script.js', import.meta.url),
    extension: 'js',
    type: 'text/javascript; charset=utf-8',
  },
} as const

type Name = keyof typeof files

const read = (name: Name): { readonly name: string; readonly bytes: Buffer; readonly type: string } => {
  const { url, extension, type } = files[name]
  const bytes = readFileSync(url)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  return { name: `docs-${hash}.${extension}`, bytes, type }
}

/** What the pages load. Each is named after its content, so that browsers may keep it. */
export const assetNames = (): Record<Name, string> => ({ style: read('style').name, script: read('script').name })

/** The style or the script under its present name. */
export const assetNamed = (name: string): ReturnType<typeof read> | undefined =>
  (Object.keys(files) as Name[]).map(read).find((asset) => asset.name === name)
