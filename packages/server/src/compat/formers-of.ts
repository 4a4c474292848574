import { isDeepStrictEqual } from 'node:util'

/** A registered webhook as far as it tells which one it is. */
export interface Registered {
  readonly url: string
  /** All that is shown of it. */
  readonly shown: unknown
}

/** What is behind # is never sent. */
const placeOf = ({ url }: Registered): string => new URL(url).href.replace(/#.*/s, '')

const isSame = (one: Registered, other: Registered): boolean => placeOf(one) === placeOf(other)

/** Which of the known registrations each given one was so far; undefined where that cannot be said for sure. None is two.
 *  The same that is shown comes first, then the same URL, and then, where only URLs changed, the same place. */
export const formersOf = <Known extends Registered>(
  given: readonly Registered[],
  known: readonly Known[],
): (Known | undefined)[] => {
  const formers: (Known | undefined)[] = given.map(() => undefined)
  const free = new Set(known)
  const open = () => given.flatMap((each, index) => (formers[index] === undefined ? [{ each, index }] : []))
  const take = (index: number, former: Known | undefined): void => {
    if (former !== undefined && free.delete(former)) formers[index] = former
  }
  for (const { each, index } of open()) {
    take(
      index,
      [...free].find((former) => isSame(each, former) && isDeepStrictEqual(former.shown, each.shown)),
    )
  }
  for (const { each, index } of open()) {
    const candidates = [...free].filter((former) => isSame(each, former))
    const rivals = open().filter((other) => isSame(each, other.each))
    if (candidates.length === 1 || candidates.length === rivals.length) take(index, candidates[0])
  }
  const isNew = (each: Registered) => !known.some((former) => isSame(each, former))
  const gone = new Set([...free].filter((former) => !given.some((each) => isSame(each, former))))
  const moved = open().filter(({ each }) => isNew(each))
  if (moved.length === 1 && gone.size === 1) take(moved[0]!.index, [...gone][0])
  else if (given.length === known.length)
    for (const { index } of moved) take(index, gone.has(known[index]!) ? known[index] : undefined)
  return formers
}
