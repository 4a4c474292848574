import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

interface Locked {
  readonly version: string
  /** An expression of SPDX. */
  readonly license?: string
  readonly integrity?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A package as package-lock.json has it. */
export interface LockedPackage extends Locked {
  readonly name: string
  /** From the root of the project. */
  readonly place: string
}

const locks = new Map<string, Readonly<Record<string, Locked>>>()

const readLock = (root: string): Readonly<Record<string, Locked>> => {
  const known = locks.get(root)
  if (known) return known
  const read = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  locks.set(root, read)
  return read
}

/** Where Node finds a package from another one: next to it, or in a folder further up. */
const placeOf = (packages: Readonly<Record<string, Locked>>, name: string, from: string): string | undefined => {
  for (let folder = from; ; folder = path.posix.dirname(folder)) {
    const place = path.posix.join(folder === '.' ? '' : folder, 'node_modules', name)
    if (packages[place]) return place
    if (folder === '.' || folder === '') return undefined
  }
}

/** The packages and everything that they need, each once, without what is optional. @param from the folder of the one that needs them
 *  @throws when the lockfile has not all of them */
export const withTheirNeeds = (root: string, names: readonly string[], from = ''): LockedPackage[] => {
  const packages = readLock(root)
  const found = new Map<string, LockedPackage>()
  const visit = (name: string, from: string): void => {
    const place = placeOf(packages, name, from)
    if (!place) throw new Error(`package-lock.json has no ${name} for ${from || 'the root'}`)
    if (found.has(place)) return
    const locked = packages[place]!
    found.set(place, { ...locked, name, place })
    for (const needed of Object.keys(locked.dependencies ?? {})) visit(needed, place)
  }
  for (const name of names) visit(name, from)
  return [...found.values()]
}

/** Places of what a package needs itself, without what is optional. */
export const needsOf = (root: string, { place, dependencies = {} }: LockedPackage): string[] => {
  const packages = readLock(root)
  return Object.keys(dependencies).flatMap((name) => placeOf(packages, name, place) ?? [])
}

/** What is optional of packages and is installed here: the binaries of this platform. */
export const installedOptions = (root: string, packages: readonly LockedPackage[]): string[] =>
  packages
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .map((name) => `node_modules/${name}`)
    .filter((place) => existsSync(path.join(root, place)))

/** Names that a pattern such as `@wasm-audio-decoders/*` stands for. */
export const namesOf = (root: string, pattern: string): string[] =>
  pattern.includes('*')
    ? globSync(pattern, { cwd: path.join(root, 'node_modules') }).map((name) => name.replaceAll(path.sep, '/'))
    : [pattern]
