/** A name under which somebody is found without a number. */
export interface Username {
  readonly name: string
  /** Four digits that who looks the name up must know; absent when nobody needs any. */
  readonly key?: string
}

const endings = /\.(com|org|net|int|edu|gov|mil|arpa|html|htm|txt|xml)$/
const reserved = /whatsapp|instagram|facebook|oculus/

/** Whether WhatsApp lets somebody have that name. Seen in: zapo protocol/username.ts. */
export function isUsername(name: string): boolean {
  const lower = name.toLowerCase()
  const shape = /^(?=.*[a-z])(?!\.|.*\.\.|.*\.$|www\.)[a-z0-9_.]{3,35}$/.test(lower)
  return shape && !endings.test(lower) && !reserved.test(lower)
}

/** Names are the same in any case. */
export const sameUsername = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
