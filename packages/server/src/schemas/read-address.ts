/** What an address leads to. */
export type AddressKind = 'number' | 'lid' | 'group' | 'channel' | 'bot' | 'status' | 'username'

export type ReadAddress =
  /** The address in its one form: without a companion number, `c.us` as `s.whatsapp.net`. A user name as `@name` or `@name:1234`. */
  { readonly kind: AddressKind; readonly jid: string } | { readonly refused: 'invalid_phone' | 'invalid_jid' }

/** What digits alone mean where the place does not say. Longer ones than any number are a group in each case. */
type Bare = 'number' | 'group' | 'channel'

export const numberServer = 's.whatsapp.net'

/** Longer texts are no address of anybody. */
export const maxAddressLength = 128

/** A user name, with or without @, and the key that some need. Seen in: zapo protocol/username.ts. */
export const usernamePattern = /^@?(?=[^:]*[A-Za-z])[A-Za-z0-9_.]{3,35}$/

/** A user name, and the four digits that some need. */
export interface Handle {
  readonly name: string
  readonly key?: string
}

/** Reads `@name` or `@name:1234`. */
export function readHandle(text: string): Handle | undefined {
  const [, name = '', key] = /^@([^:]*)(?::(\d{4}))?$/.exec(text) ?? []
  // An address without its user is no name.
  if (Object.hasOwn(servers, name.toLowerCase())) return undefined
  return usernamePattern.test(name) ? { name, ...(key !== undefined && { key }) } : undefined
}

// Text of people brings its own dashes, spaces and marks of direction along.
const plainOf = (text: string): string =>
  isPlain.test(text)
    ? text
    : text
        .normalize('NFKC')
        .replaceAll(/\p{Cf}/gu, '')
        .trim()

/** What programs write, of which nothing has to be taken away. */
const isPlain = /^[!-~]+$/

const numberPattern = /^\+?[\d\s().\p{Pd}\u2212]+$/u

/** The digits of an international number, as people write it. */
const readNumber = (text: string): string | undefined => {
  if (!numberPattern.test(text)) return undefined
  // +49 (0)170 …: the zero is left out by who dials the country code.
  const international = text.startsWith('+') ? text.replace('(0)', '') : text
  const digits = international.replaceAll(/\D/g, '')
  return /^[1-9]\d{5,15}$/.test(digits) ? digits : undefined
}

/** Someone's user part without the agent and the companion behind it (`4917012345678.0:12`, seen in: whatsmeow types/jid.go). */
const userOf = (user: string): string => /^(\d+)(?:\.\d{1,3})?(?::\d{1,5})?$/.exec(user)?.[1] ?? user

/** Full addresses: server → what it is and which users it has. */
const servers: Readonly<Record<string, { kind: AddressKind; user: (text: string) => string | undefined }>> = {
  [numberServer]: { kind: 'number', user: (text) => readNumber(userOf(text)) },
  lid: { kind: 'lid', user: (text) => /^\d{1,20}$/.exec(userOf(text))?.[0] },
  'g.us': { kind: 'group', user: (text) => /^\d{5,25}(-\d{5,20})?$/.exec(text)?.[0] },
  newsletter: { kind: 'channel', user: (text) => /^\d{5,25}$/.exec(text)?.[0] },
  bot: { kind: 'bot', user: (text) => /^\d{5,25}$/.exec(text)?.[0] },
  broadcast: { kind: 'status', user: (text) => /^status$/i.exec(text)?.[0].toLowerCase() },
}

const readJid = (text: string): ReadAddress => {
  const [, user = '', name = ''] = /^([^@]+)@([^@]+)$/.exec(text) ?? []
  const server = name.toLowerCase().replace(/^c\.us$/, numberServer)
  const known = Object.hasOwn(servers, server) ? servers[server] : undefined
  const valid = known?.user(user)
  return known && valid !== undefined ? { kind: known.kind, jid: `${valid}@${server}` } : { refused: 'invalid_jid' }
}

/** A group of the older kind is the number of its creator and a time, which together are longer than any number. */
const isGroup = (text: string, bare: Bare): boolean => {
  if (/^\d{18,25}$/.test(text)) return bare !== 'channel'
  return /^\d{5,20}-\d{5,20}$/.test(text) && (bare === 'group' || text.length > 17)
}

/** Reads what a person or a program wrote for an address: the one grammar of every route. A full address in any case, or a number with or without +, blanks,
 *  dashes, dots and parentheses, or the digits of a group. Whether a number exists is for WhatsApp to say: libraries of number plans call some invalid that
 *  have an account (Mexico's 521, Brazil's without the ninth digit). */
export function readAddress(text: string, bare: Bare = 'number'): ReadAddress {
  const plain = plainOf(text.slice(0, maxAddressLength))
  if (text.length > maxAddressLength) return { refused: 'invalid_jid' }
  if (plain.startsWith('@')) return readHandle(plain) ? { kind: 'username', jid: plain } : { refused: 'invalid_jid' }
  if (plain.includes('@')) return readJid(plain)
  if (isGroup(plain, bare)) return { kind: 'group', jid: `${plain}@g.us` }
  if (bare === 'channel' && /^\d{5,25}$/.test(plain)) return { kind: 'channel', jid: `${plain}@newsletter` }
  const digits = readNumber(plain)
  if (digits !== undefined) return { kind: 'number', jid: `${digits}@${numberServer}` }
  return { refused: 'invalid_phone' }
}
