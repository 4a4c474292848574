/** How many messages may leave on each day after a device was linked: the first number is for the day of the link. After the last day there is no ceiling. */
export type Curve = readonly number[]

/** Curves with a name. WhatsApp publishes no such numbers: these rise slowly from what a person sends, and are a judgement, not a promise. */
export const curves = {
  careful: [10, 15, 20, 30, 40, 55, 75, 100, 130, 170, 220, 280, 350, 450],
  normal: [30, 50, 80, 120, 180, 250, 350, 500, 700, 1000],
} as const satisfies Record<string, Curve>

export type WarmUp = keyof typeof curves | Curve

export const curveOf = (warmUp: WarmUp): Curve => (typeof warmUp === 'string' ? curves[warmUp] : warmUp)

const dayMs = 24 * 60 * 60 * 1000

/** Which day of the link a day is, from 0. Both are names such as `2026-03-29`, by the clock of one place: a day with a changed clock counts as one. */
export const dayOfLink = (linkedOn: string, today: string): number =>
  Math.max(0, Math.round((Date.parse(today) - Date.parse(linkedOn)) / dayMs))
