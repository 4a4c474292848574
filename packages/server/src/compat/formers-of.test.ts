import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formersOf } from './formers-of.ts'

/** `a1` is a registration of the URL a that shows 1. */
const of = (names: string) =>
  names
    .split(' ')
    .filter(Boolean)
    .map((name) => ({ name, url: `https://example.com/${name[0]}`, shown: name }))

const formers = (given: string, known: string): string =>
  formersOf(of(given), of(known))
    .map((former) => former?.name ?? '-')
    .join(' ')

describe('formersOf', () => {
  for (const [what, given, known, expected] of [
    ['knows those that are as they were, in any order', 'b1 a1', 'a1 b1', 'b1 a1'],
    ['knows one by its URL when more of it has changed', 'a2 b1', 'a1 b1', 'a1 b1'],
    ['knows the one whose URL alone is new', 'a1 c1', 'b1 a1', 'a1 b1'],
    ['knows those with new URLs by their place when none was added or removed', 'c1 d1', 'a1 b1', 'a1 b1'],
    ['knows none with a new URL when it is not clear which went', 'c1', 'a1 b1', '-'],
    ['keeps two of one URL apart by what they show', 'a2 a1', 'a1 a2', 'a2 a1'],
    ['knows two of one URL by their order when both have changed', 'a3 a4', 'a1 a2', 'a1 a2'],
    ['knows none of two when one has changed and one is gone', 'a3', 'a1 a2', '-'],
    ['takes no registration twice', 'a1 a1', 'a1', 'a1 -'],
    ['knows nothing where nothing is registered', 'a1', '', '-'],
  ] as const)
    it(what, () => assert.equal(formers(given, known), expected))

  it('does not look behind #', () => {
    const [known] = of('a1')
    assert.deepEqual(formersOf([{ url: `${known!.url}#top`, shown: '2' }], [known!]), [known])
  })
})
