import { globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What says the version of the project, and how. */
interface Place {
  readonly file: string
  /** Each match has the version between two groups. */
  readonly pattern: RegExp
}

const version = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?`
const own = new RegExp(`("(?:version|@switchboard/[a-z-]+)": ")(${version})(")`, 'g')

/** Each says its own version, and which packages of the project it asks for. */
const packages = ['package.json', 'packages/*/package.json', 'clients/n8n/package.json', '{e2e,bench}/package.json']

const places = (root: string): Place[] => [
  ...globSync(packages, { cwd: root })
    .sort()
    .map((file) => ({ file, pattern: own })),
  {
    // Its own version is that of the package which it stands for.
    file: 'overrides/libsignal/package.json',
    pattern: new RegExp(`("@switchboard/[a-z-]+": ")(${version})(")`, 'g'),
  },
  { file: 'clients/python/pyproject.toml', pattern: new RegExp(`^(version = ")(${version})(")`, 'gm') },
  {
    file: 'deploy/helm/switchboard/Chart.yaml',
    pattern: new RegExp(`^((?:version|appVersion): )(${version})()$`, 'gm'),
  },
  { file: 'packages/passkey-extension/src/manifest.ts', pattern: new RegExp(`(version: ')(${version})(')`, 'g') },
  ...[
    'examples/sandbox-in-ci/.github/workflows/test.yml',
    'examples/sandbox-in-ci/.gitlab-ci.yml',
    'docs/guide/sandbox-in-ci.md',
  ].map((file) => ({ file, pattern: new RegExp(`((?:ref|SWITCHBOARD_REF): v)(${version})()$`, 'gm') })),
  ...['deploy/systemd/switchboard.service', 'docs/guide/production.md'].map((file) => ({
    file,
    pattern: new RegExp(String.raw`(switchboard-gateway-)(${version})(\.tgz)`, 'g'),
  })),
]

const read = (root: string, file: string): string => readFileSync(path.join(root, file), 'utf8')

export const currentVersion = (root: string): string => JSON.parse(read(root, 'package.json')).version

/** Where another version stands than in package.json, or none. */
export function deviations(root: string): string[] {
  const wanted = currentVersion(root)
  return places(root).flatMap(({ file, pattern }) => {
    const found = [...read(root, file).matchAll(pattern)].map((match) => match[2])
    if (found.length === 0) return [`${file} has no version`]
    return found.filter((each) => each !== wanted).map((each) => `${file} says ${each}, and package.json ${wanted}`)
  })
}

/** Writes a version wherever one stands; package-lock.json follows at the next installation. */
export function setVersion(root: string, next: string): void {
  for (const { file, pattern } of places(root))
    writeFileSync(path.join(root, file), read(root, file).replaceAll(pattern, `$1${next}$3`))
}
