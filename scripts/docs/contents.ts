import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface Entry {
  /** From the root of the repository. */
  readonly file: string
  readonly title: string
}

export interface Part {
  readonly title: string
  readonly entries: readonly Entry[]
}

export const contentsFile = 'docs/README.md'

/** The table of contents, in the order in which it is read: lists of links below the headings of docs/README.md. */
export const readContents = (root: string): Part[] => {
  const [, ...parts] = readFileSync(path.join(root, contentsFile), 'utf8').split(/^## /m)
  return parts.map((part) => ({
    title: part.split('\n')[0]!,
    entries: [...part.matchAll(/^- \[([^\]]+)\]\(([^)#]+)\)/gm)].map(([, title = '', to = '']) => ({
      file: path.posix.join('docs', to),
      title,
    })),
  }))
}
