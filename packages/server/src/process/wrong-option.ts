import { type ParseArgsConfig, parseArgs } from 'node:util'
import { isNear } from '../config/near-words.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Token = NonNullable<ReturnType<typeof parseArgs<{ tokens: true; strict: false }>>['tokens']>[number]
type OptionToken = Extract<Token, { kind: 'option' }>

const unknown = ({ name, rawName }: OptionToken, options: Options): string => {
  const known = Object.keys(options)
  const near = known.find((each) => isNear(name, each, 1)) ?? known.find((each) => isNear(name, each, 2))
  return `Unknown option: ${rawName}.${near ? ` Is --${near} meant?` : ''}`
}

/** `--from --write` has forgotten a value; `--from=--write` means what it says. */
const lacksValue = ({ value, inlineValue }: OptionToken): boolean =>
  value === undefined || (!inlineValue && value.length > 1 && value.startsWith('-'))

/** What is wrong with the options among some arguments, in words for the person who wrote them; the first thing only. Pure. */
export const wrongOption = (args: readonly string[], options: Options): string | undefined => {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (!option) return unknown(token, options)
    if (option.type === 'boolean' && token.value !== undefined) return `${token.rawName} takes no value`
    if (option.type === 'string' && lacksValue(token)) return `${token.rawName} needs a value`
  }
  return undefined
}
