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
  /** Why it is not run as it stands, in words for whoever reads the page's source. */
  readonly why: string
}

/** Made from the schemas, with examples that other tests hold to them. */
const isReference = (file: string): boolean => /^docs\/(reference\/|WEBHOOK_EVENTS\.md|status\.md)/.test(file)

const pages = (): string[] =>
  ['*.md', '{docs,examples,deploy,clients,packages,overrides,bench,e2e,scripts}/**/*.md']
    .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name) }))
    .sort((one, other) => (one === 'README.md' ? -1 : other === 'README.md' ? 1 : one < other ? -1 : 1))

/** What a user reads and copies from. */
export const guides = (): string[] => pages().filter((file) => !isReference(file))

/** Pages that are made from something else. */
export const references = (): string[] => pages().filter(isReference)

/** Every fenced block of a file, in order. */
export const blocksOf = (file: string): CodeBlock[] => {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^( *)```([^\n`]*)\n([\s\S]*?)^\1```$/gm)].map(
    ({ index, 1: indent = '', 2: info = '', 3: code = '' }) => {
      const [, language = '', rest = ''] = /^(\S*)\s*(.*)$/.exec(info.trim()) ?? []
      const [, marker = rest, why = ''] = /^(\S+): (.*)$/.exec(rest) ?? []
      const words = marker.split(/\s+/).filter(Boolean)
      const line = text.slice(0, index).split('\n').length + 1
      return { file, line, language, words, why, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }
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
