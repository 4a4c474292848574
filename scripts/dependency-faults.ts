interface LockedPackage {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly link?: boolean
}

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export interface DependencyFacts {
  /** `packages` of the lockfile, by place. */
  readonly locked: Readonly<Record<string, LockedPackage>>
  /** What each package.json asks for, by its path. */
  readonly manifests: Readonly<Record<string, Manifest>>
  /** docs/decisions/dependencies.md */
  readonly decisions: string
  /** .nvmrc: the Node that a person's own tools should use. */
  readonly nvmrc: string
}

const allowed = /^(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense)$/
/** Unchanged packages of their own that anybody may replace, which is what the LGPL and the MPL ask for. docs/decisions/dependencies.md says why they are here. */
const replaceable: Readonly<Record<string, RegExp>> = {
  'node_modules/@img/sharp-': /^(Apache-2\.0 AND )?LGPL-3\.0-or-later/,
  'node_modules/codec-parser': /^LGPL-3\.0-or-later$/,
  'node_modules/mediabunny': /^MPL-2\.0$/,
}
const exact = /^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$/

const mayShip = (place: string, license = ''): boolean =>
  allowed.test(license) ||
  Object.entries(replaceable).some(([start, licences]) => place.startsWith(start) && licences.test(license))

const licenceFaults = ({ locked }: DependencyFacts): string[] =>
  Object.entries(locked)
    .filter(([place, { dev, link }]) => place.includes('node_modules/') && !dev && !link)
    .filter(([place, { license }]) => !mayShip(place, license))
    .map(([place, { license }]) => `${place} would ship under ${license ?? 'no licence'}`)

const explained = (decisions: string): Set<string> =>
  new Set([...decisions.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, names = '']) => names.split(', ')))

const directFaults = (file: string, manifest: Manifest, known: ReadonlySet<string>): string[] =>
  Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap(([name, version]) => [
    ...(exact.test(version) ? [] : [`${file} asks for ${name} ${version}: pin it exactly`]),
    ...(name.startsWith('@switchboard/') || known.has(name)
      ? []
      : [`${file} asks for ${name}, and docs/decisions/dependencies.md does not say why`]),
  ])

const nodeFaults = ({ manifests, nvmrc }: DependencyFacts): string[] => {
  const pinned = manifests['package.json']?.dependencies?.['node']?.split('.')[0]
  return pinned === undefined || nvmrc.trim() === pinned
    ? []
    : [`.nvmrc says ${nvmrc.trim()}, and node is pinned to ${pinned}`]
}

/** What is wrong with what the project depends on: a licence that must not ship, a version that may move, a package without a reason, two Nodes. */
export const dependencyFaults = (facts: DependencyFacts): string[] => {
  const known = explained(facts.decisions)
  return [
    ...licenceFaults(facts),
    ...nodeFaults(facts),
    ...Object.entries(facts.manifests).flatMap(([file, manifest]) => directFaults(file, manifest, known)),
  ]
}
