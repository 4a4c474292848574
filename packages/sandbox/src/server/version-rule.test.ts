import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { World } from '../world/world.ts'
import { serveWorld } from './serve-world.ts'
import { isOutdated } from './version-rule.ts'

describe('the version rule', () => {
  const world = serveWorld(new World())
  const outdated = (primary?: number, secondary?: number, tertiary?: number): boolean =>
    isOutdated(world, {
      userAgent: {
        appVersion: {
          ...(primary === undefined ? {} : { primary }),
          ...(secondary === undefined ? {} : { secondary }),
          ...(tertiary === undefined ? {} : { tertiary }),
        },
      },
    })

  it('lets everybody in until a version is asked for', () => {
    assert.equal(outdated(), false)
  })

  it('compares part by part, and takes a missing version for the oldest', () => {
    world.minimumVersion = [2, 3000, 10]
    assert.deepEqual(
      [outdated(2, 3000, 10), outdated(2, 3000, 11), outdated(3, 0, 0), outdated(2, 3001, 0)],
      [false, false, false, false],
    )
    assert.deepEqual(
      [outdated(2, 3000, 9), outdated(2, 2999, 99), outdated(1, 9999, 99), outdated()],
      [true, true, true, true],
    )
  })
})
