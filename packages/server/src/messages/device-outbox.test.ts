import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { DeviceOutbox } from './device-outbox.ts'

describe('the outbox of a device', () => {
  const isLeft = async (box: DeviceOutbox): Promise<boolean> => {
    let left = false
    void box.left().then(() => {
      left = true
    })
    await turn()
    return left
  }

  it('keeps who reads it waiting for what stood in a line that was cut, and for nothing in the next', async () => {
    const box = new DeviceOutbox()
    const [first, second, later] = [1, 2, 3].map(() => Promise.withResolvers<void>())
    box.stands(first!.promise, box.line)
    box.stands(second!.promise, box.line)
    assert.equal(await isLeft(box), true)
    const former = box.line
    box.cut()
    box.stands(later!.promise, box.line)
    assert.deepEqual([former.aborted, await isLeft(box)], [true, false])
    first!.resolve()
    assert.equal(await isLeft(box), false)
    second!.reject(new Error('it failed'))
    assert.equal(await isLeft(box), true)
  })

  it('counts what is put in a line that was cut already', async () => {
    const box = new DeviceOutbox()
    const former = box.line
    box.cut()
    const late = Promise.withResolvers<void>()
    box.stands(late.promise, former)
    assert.equal(await isLeft(box), false)
    late.resolve()
    assert.equal(await isLeft(box), true)
  })
})
