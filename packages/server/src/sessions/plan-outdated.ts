/** Thrown out of a unit when the facts of its plan have changed. The caller plans again. */
export class PlanOutdated extends Error {
  override readonly name = 'PlanOutdated'
}

/** Makes it, for statements that name the error of meeting no row. */
export const outdated = (): PlanOutdated => new PlanOutdated()
