import { type ParseArgsConfig, parseArgs } from 'node:util'
import { ConfigError } from '../config/config-error.ts'
import type { Environment } from '../config/read-config.ts'
import { surroundings } from './surroundings.ts'
import type { Voice } from './voice.ts'
import { wrongOption } from './wrong-option.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** A program that does one thing and ends. */
export interface Tool<Named extends Options> {
  /** What `--help` shows. */
  readonly usage: string
  readonly options: Named
  /** Errors with a message that is for people: all of what is shown of them. */
  readonly expected: (error: unknown) => boolean
  /** It says itself what is wrong with the environment. */
  readonly bearsProblems?: boolean
  run(parts: ToolParts<Named>): Promise<void>
}

export interface ToolParts<Named extends Options> {
  readonly environment: Environment
  readonly voice: Voice
  readonly args: Args<Named>
  /** Why the environment could not be read whole; only where the tool bears it. */
  readonly problem?: unknown
}

export type Args<Named extends Options> = ReturnType<
  typeof parseArgs<{ options: Named; strict: true; allowPositionals: true }>
>

/** Wrong arguments. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const help = { help: { type: 'boolean', short: 'h' } } as const

/** Runs a tool as a process. It ends with 0, with 1 when it failed, with 2 when its arguments are wrong. */
export async function runTool<const Named extends Options>({
  usage,
  options,
  expected,
  bearsProblems = false,
  run,
}: Tool<Named>): Promise<void> {
  const { environment, voice, problem } = surroundings()
  try {
    const args = parse(options)
    if ((args.values as { help?: boolean }).help) {
      process.stdout.write(`${usage}\n`)
      return
    }
    if (problem !== undefined && !bearsProblems) throw problem
    await run({ environment, voice, args, problem })
  } catch (error) {
    if (error instanceof ConfigError) for (const problem of error.problems) voice.complain(problem)
    else if (error instanceof UsageError) voice.complain(`${error.message}\n\n${usage}`)
    else if (error instanceof Error) voice.complain(expected(error) ? error.message : (error.stack ?? error.message))
    else voice.complain(String(error))
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}

function parse<const Named extends Options>(options: Named): Args<Named> {
  const all = { ...options, ...help }
  const wrong = wrongOption(process.argv.slice(2), all)
  if (wrong) throw new UsageError(wrong)
  return parseArgs({ options: all, strict: true, allowPositionals: true }) as Args<Named>
}
