/** Variables hold what they may not. Each problem is a line to show, and all of them are the message; secret values are not in it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: string | readonly string[], options?: { cause?: unknown }) {
    const all = typeof problems === 'string' ? [problems] : problems
    super(all.join('\n'), options)
    this.problems = all
  }
}
