/** Thrown out of a unit: what it was planned on has changed meanwhile. Whoever planned it looks again. */
export class PlanOutdated extends Error {
  override readonly name = 'PlanOutdated'
}
