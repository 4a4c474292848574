import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { note } from '../reference.ts'
import { type Group, groups, type Item } from './items.ts'

/** The tests that items name and that are not there. */
export const missingTests = (root: string, all: readonly Group[] = groups): string[] =>
  all
    .flatMap(({ items }) => items)
    .flatMap(({ what, test }) => {
      const [file, words] = test ?? []
      if (file === undefined || words === undefined) return []
      const target = path.join(root, file)
      return existsSync(target) && readFileSync(target, 'utf8').includes(words) ? [] : [`${what}: ${file}, ${words}`]
    })

const mark = (is: true | undefined): string => (is ? 'yes' : '')

const proofOf = ({ test }: Item): string =>
  test === undefined ? '' : `[\`${path.basename(test[0], '.test.ts')}\`](../../${test[0]})`

const rowOf = (item: Item): string =>
  `| ${item.what} | ${mark(item.sent)} | ${mark(item.received)} | ${mark(item.played)} | ${proofOf(item)} | ${item.note ?? ''} |`

const sectionOf = ({ heading, items }: Group): string =>
  [
    `## ${heading}\n`,
    '| What | Sent | Received | Played by the sandbox | Test | Note |',
    '|---|---|---|---|---|---|',
    ...items.map(rowOf),
  ].join('\n')

const intro =
  'What clients of WhatsApp of 2026 do that clients before them did not, by public sources of August 2026: whether the gateway sends it, takes it, whether the sandbox plays it, and the test that proves it. Nothing of it has met the real WhatsApp.'

/** Which parts of the protocol of 2026 are there. @throws Error when a test that it names is not there */
export function whatsapp2026(root: string): string {
  const missing = missingTests(root)
  if (missing.length > 0)
    throw new Error(`docs/reference/whatsapp-2026.md names tests that are not there:\n${missing.join('\n')}`)
  return `${[note, '# WhatsApp of 2026', intro, ...groups.map(sectionOf)].join('\n\n')}\n`
}
