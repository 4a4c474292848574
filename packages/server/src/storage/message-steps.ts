/** What the gateway did about a message at a time. */
export interface Step {
  readonly state: string
  readonly reason: string | null
  /** Unix ms. */
  readonly at: number
}

/** A step as the row of its message keeps it: a line of JSON behind those before it. */
export const stepLine = ({ state, reason, at }: Step): string =>
  `${JSON.stringify(reason === null ? [state, at] : [state, at, reason])}\n`

/** Steps, the oldest first. */
export const stepsOf = (lines: string): Step[] =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as [string, number, (string | null)?])
    .map(([state, at, reason]) => ({ state, at, reason: reason ?? null }))
    .sort((one, other) => one.at - other.at)
