import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BinaryNode } from '@switchboard/link'
import { TaskQueue } from '../shared/task-queue.ts'
import { WaitingReceipts } from './waiting-receipts.ts'

const group = '1203630@g.us'
const receipt = (id: string, participant: string): BinaryNode => ({
  tag: 'receipt',
  attrs: { id, from: group, participant },
})

/** A lane that is busy until it is let go, and what is taken in it: each entry began before any of the next did. */
function makeLane() {
  const lane = new TaskQueue((error) => assert.fail(String(error)))
  const turns: string[][] = []
  let underWay = 0
  const take = async ({ attrs }: BinaryNode) => {
    if (underWay++ === 0) turns.push([])
    turns.at(-1)!.push(`${attrs['id']} ${attrs['participant']}`)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
  }
  const busy = Promise.withResolvers<void>()
  void lane.add(() => busy.promise)
  const receipts = new WaitingReceipts(lane, take)
  const settled = async () => {
    busy.resolve()
    await lane.settled()
    return turns
  }
  return { lane, receipts, turns, settled }
}

describe('receipts that wait', () => {
  it('are taken together behind the first', async () => {
    const { receipts, settled } = makeLane()
    for (const person of ['1@lid', '2@lid', '3@lid', '4@lid']) receipts.add(receipt('A', person))
    assert.deepEqual(await settled(), [['A 1@lid'], ['A 2@lid', 'A 3@lid', 'A 4@lid']])
  })

  it('are taken in order where they come from one person, by whatever device', async () => {
    const { receipts, settled } = makeLane()
    for (const [id, person] of [
      ['A', '1@lid'],
      ['A', '2@lid'],
      ['B', '2:7@lid'],
      ['B', '3@lid'],
    ] as const)
      receipts.add(receipt(id, person))
    assert.deepEqual(await settled(), [['A 1@lid'], ['A 2@lid'], ['B 2:7@lid', 'B 3@lid']])
  })

  it('stay behind what came before them', async () => {
    const { lane, receipts, turns, settled } = makeLane()
    receipts.add(receipt('A', '1@lid'))
    receipts.close()
    void lane.add(async () => void turns.push(['a message']))
    receipts.add(receipt('A', '2@lid'))
    assert.deepEqual(await settled(), [['A 1@lid'], ['a message'], ['A 2@lid']])
  })

  it('are taken some at a time', async () => {
    const { receipts, settled } = makeLane()
    for (let person = 0; person < 200; person++) receipts.add(receipt('A', `${person}@lid`))
    assert.deepEqual(
      (await settled()).map((turn) => turn.length),
      [1, 64, 64, 64, 7],
    )
  })

  it('begin anew once they were taken', async () => {
    const { receipts, settled, lane } = makeLane()
    receipts.add(receipt('A', '1@lid'))
    await settled()
    receipts.add(receipt('A', '2@lid'))
    await lane.settled()
    assert.deepEqual(await settled(), [['A 1@lid'], ['A 2@lid']])
  })
})
