/** Thrown out of a unit when the facts of its plan have changed. The caller plans again. */
export class PlanOutdated extends Error {
  override readonly name = 'PlanOutdated'
}
