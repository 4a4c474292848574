import { bodySchema, describedBy, placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

const numbers = ['Phone', 'NumberOrLid']
const people = ['ChatAddress', 'PersonAddress']

/** Where a number is asked for, one that is none; where an address is, more digits than a number has and fewer than a group. */
export default ((_walk, entry) => {
  const described = JSON.stringify([describedBy(entry).parameters, bodySchema(entry)])
  const takesNumber = numbers.some((name) => described.includes(`#/components/schemas/${name}"`))
  return takesNumber ? placed(entry, numbers, '0170') : placed(entry, people, '12345678901234567')
}) satisfies Provoke
