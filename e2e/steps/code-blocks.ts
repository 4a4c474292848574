import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

export interface CodeBlock {
  /** From the root of the repository. */
  readonly file: string
  /** Of its first line of code, for messages. */
  readonly line: number
  readonly language: string
  /** What the fence says behind the language; readers do not see it. */
  readonly words: readonly string[]
  readonly code: string
}

/** What a user reads and copies from. */
export const guides = (): string[] =>
  [
    'README.md',
    'CONTRIBUTING.md',
    'docs/guide/*.md',
    'examples/*/README.md',
    'deploy/**/README.md',
    'packages/*/README.md',
  ]
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .sort((one, other) => (one === 'README.md' ? -1 : other === 'README.md' ? 1 : one < other ? -1 : 1))

/** Every fenced block of a file, in order. */
export const blocksOf = (file: string): CodeBlock[] => {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^( *)```([^\n`]*)\n([\s\S]*?)^\1```$/gm)].map(
    ({ index, 1: indent = '', 2: info = '', 3: code = '' }) => {
      const [language = '', ...words] = info.trim().split(/\s+/)
      const line = text.slice(0, index).split('\n').length + 1
      return { file, line, language, words, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }
    },
  )
}

type Quote = '"' | "'" | '$('

/** What a person at a prompt would see go wrong although a script runs: zsh takes `#` for a word and an unquoted `?`, `*` or `[` for names of files,
 *  and both zsh and bash take `!` outside of single quotes for an earlier command. @returns a line for each */
export const pasteFaults = (code: string): string[] => {
  const faults: string[] = []
  const within: Quote[] = []
  for (let at = 0; at < code.length; at++) {
    const [char, next, before] = [code[at]!, code[at + 1] ?? '', code[at - 1] ?? '\n']
    const quote = within.at(-1)
    const fault = (what: string) => faults.push(`line ${code.slice(0, at).split('\n').length}: ${what}`)
    if (quote === "'") {
      if (char === "'") within.pop()
    } else if (char === '\\') at++
    else if (char === '$' && next === '(') {
      within.push('$(')
      at++
    } else if (char === ')' && quote === '$(') within.pop()
    else if (char === '"') {
      if (quote === '"') within.pop()
      else within.push('"')
    } else if (char === '!' && /\S/.test(next) && next !== '=' && next !== '"') fault('! outside of single quotes')
    else if (quote !== '"') {
      if (char === "'") within.push("'")
      else if (char === '#' && /\s/.test(before)) fault('a comment')
      else if (char === '?' && before !== '$') fault('? outside of quotes')
      else if (char === '*') fault('* outside of quotes')
      else if (char === '[' && !/\s/.test(next) && next !== '[') fault('[ outside of quotes')
    }
  }
  return faults
}
