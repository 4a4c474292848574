import { parseArgs } from 'node:util'
import { settingDetails } from '../config/setting.ts'
import { variables } from '../config/variables.ts'
import { withoutArguments } from './called-as.ts'

/** A program that takes its settings from the environment. */
export interface Program {
  /** How it is called before its arguments: `npm start --`. */
  readonly call: string
  /** One sentence. */
  readonly purpose: string
  readonly version: string
}

export type Request =
  | { readonly kind: 'run' }
  | { readonly kind: 'show'; readonly text: string }
  | { readonly kind: 'refuse'; readonly text: string }

/** The first sentence: the rest is in .env.example. */
const brief = (description: string): string =>
  /^.*?[.:](?= |$)/.exec(description)?.[0].replace(/:$/, '.') ?? description

const settingLines = (): string[] => {
  const lines: string[] = []
  let section = ''
  for (const [name, schema] of Object.entries(variables.shape)) {
    const details = settingDetails.get(schema)!
    if (details.section !== section) lines.push('', `${details.section}:`)
    section = details.section
    lines.push(`  ${name}${details.default ? ` (${details.default})` : ''}`, `      ${brief(details.description)}`)
  }
  return lines
}

const helpOf = ({ call, purpose }: Program): string =>
  [
    purpose,
    '',
    `${`  ${withoutArguments(call)}`.padEnd(call.length + 16)}starts it`,
    `  ${call} --help       shows this`,
    `  ${call} --version    shows the version`,
    '',
    'Settings are environment variables, or lines NAME=value in the file .env of the working directory. Each has its default in brackets here, and is',
    'described in full in .env.example. A secret may be in a file instead, which NAME_FILE names.',
    ...settingLines(),
  ].join('\n')

/** What the arguments of a program ask for. Pure. */
export const readArguments = (args: readonly string[], program: Program): Request => {
  const { tokens } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    strict: false,
    tokens: true,
  })
  const wrong = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [token.value]
    if (token.kind === 'option' && !((token.name === 'help' || token.name === 'version') && token.value === undefined))
      return [token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`]
    return []
  })
  if (wrong.length > 0) {
    const which = wrong.length === 1 ? 'Unknown argument' : 'Unknown arguments'
    return {
      kind: 'refuse',
      text: `${which}: ${wrong.join(' ')}. Settings are environment variables; ${program.call} --help lists them.`,
    }
  }
  const asked = new Set(tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])))
  if (asked.has('help')) return { kind: 'show', text: helpOf(program) }
  if (asked.has('version')) return { kind: 'show', text: program.version }
  return { kind: 'run' }
}
