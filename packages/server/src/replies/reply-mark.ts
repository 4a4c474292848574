import { createHash } from 'node:crypto'

const [head, markDigits] = ['3EB0', 6]

const markOf = (random: string): string =>
  createHash('sha256').update(`switchboard auto-reply ${random}`).digest('hex').slice(0, markDigits).toUpperCase()

/** Whether a message was sent by a gateway that answers by itself. One of sixteen million others looks so. */
export const isReplyId = (id: string): boolean => {
  const random = id.slice(head.length, -markDigits)
  return id.length === 22 && id.startsWith(head) && id.endsWith(markOf(random))
}

/** The id of a text that answers one certain thing: the same whenever it is asked for. It looks like any other, and every gateway knows by it that a machine
 *  gave the answer: two that answered each other would never end. */
export const replyIdFor = (...what: readonly string[]): string => {
  const random = createHash('sha256').update(what.join(' ')).digest('hex').slice(0, 12).toUpperCase()
  return `${head}${random}${markOf(random)}`
}
