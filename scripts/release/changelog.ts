import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Kinds of changes, in the order in which they are shown; a fragment ends with `.<kind>.md`. */
export const kinds = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'] as const

type Kind = (typeof kinds)[number]

export interface Fragment {
  readonly file: string
  readonly kind: Kind
  /** One or more items of a list. */
  readonly text: string
}

const folder = (root: string): string => path.join(root, 'changes')
const changelog = (root: string): string => path.join(root, 'CHANGELOG.md')

/** What was changed since the last release. @throws Error that names a file which says nothing, or not of which kind it is */
export function readFragments(root: string): Fragment[] {
  const names = readdirSync(folder(root)).filter((name) => name !== 'README.md')
  return names.sort().map((file) => {
    const kind = kinds.find((each) => file.endsWith(`.${each}.md`))
    if (!kind)
      throw new Error(
        `changes/${file}: the name has to end with one of ${kinds.map((each) => `.${each}.md`).join(', ')}`,
      )
    const text = readFileSync(path.join(folder(root), file), 'utf8').trim()
    if (!text.startsWith('- ')) throw new Error(`changes/${file}: has to be a list, "- What users notice."`)
    return { file, kind, text }
  })
}

/** The part of a release. @param day ISO 8601 */
export const sectionOf = (version: string, day: string, fragments: readonly Fragment[]): string =>
  [
    `## ${version} (${day})`,
    ...kinds.flatMap((kind) => {
      const texts = fragments.filter((each) => each.kind === kind).map(({ text }) => text)
      return texts.length === 0 ? [] : [`### ${kind[0]!.toUpperCase()}${kind.slice(1)}`, texts.join('\n')]
    }),
  ].join('\n\n')

/** Puts the fragments into CHANGELOG.md as a release, above those before, and removes them. @throws Error when there are none */
export function writeRelease(root: string, version: string, day: string): void {
  const fragments = readFragments(root)
  if (fragments.length === 0) throw new Error('Nothing was changed: there are no fragments in changes/')
  const text = readFileSync(changelog(root), 'utf8')
  const first = text.search(/^## /m)
  const [before, after] = first < 0 ? [text, ''] : [text.slice(0, first), text.slice(first)]
  writeFileSync(changelog(root), `${before.trimEnd()}\n\n${sectionOf(version, day, fragments)}\n\n${after}`)
  for (const { file } of fragments) rmSync(path.join(folder(root), file))
}

/** What CHANGELOG.md says of a release, without its title. @throws Error when it says nothing */
export function notesOf(root: string, version: string): string {
  const sections = readFileSync(changelog(root), 'utf8').split(/^## /m).slice(1)
  const found = sections.find((section) => section.split(/\s/, 1)[0] === version)
  if (!found) throw new Error(`CHANGELOG.md says nothing of ${version}`)
  return found.slice(found.indexOf('\n')).trim()
}
