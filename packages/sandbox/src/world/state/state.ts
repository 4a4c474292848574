/** A part of a world that turns its own state into plain data and back: for classes with private fields. Parts with all their state in public
 *  fields of plain data (objects, arrays, maps, sets, bytes, people and devices) need nothing: they are captured as they are. */
export interface State {
  /** Plain data that is not changed afterwards, or not shared. */
  snapshot(): unknown
  /** Takes what {@link State.snapshot} gave, on a part that is fresh. */
  restore(state: unknown): void
}

export function isState(value: unknown): value is State {
  const part = value as Partial<State> | null | undefined
  return typeof part?.snapshot === 'function' && typeof part.restore === 'function'
}
