import { parseProxyUrl } from '../schemas/proxy-url.ts'
import { parseNetwork } from './networks.ts'
import { parseSchedule, type Schedule } from './schedule.ts'
import { parseDuration, parseSize } from './units.ts'

/** How the text of a variable becomes a value. `parse` answers undefined when the text is not allowed. */
export interface Kind<Value> {
  /** Completes the sentence "allowed is …". */
  readonly allowed: string
  parse(text: string): Value | undefined
}

export const text = (allowed = 'any text'): Kind<string> => ({ allowed, parse: (value) => value })

/** Something that a service calls by a name: no spaces in it, and nothing of a URL. */
export const word = (allowed: string): Kind<string> => ({
  allowed,
  parse: (value) => (/^[^\s:@?#]+$/.test(value) ? value : undefined),
})

export const secret: Kind<string> = {
  allowed: 'at least 32 characters',
  parse: (value) => (value.length >= 32 ? value : undefined),
}

/** One or more texts of a kind with commas between them. */
const listOf = (one: Kind<string>, allowed: string): Kind<readonly string[]> => ({
  allowed,
  parse(value) {
    const list = value.split(',').map((part) => part.trim())
    return list.every((part) => one.parse(part) !== undefined) ? list : undefined
  },
})

export const secrets = listOf(secret, 'secrets of at least 32 characters each, with commas between them')

/** 32 bytes; the text is kept as it is. */
export const key: Kind<string> = {
  allowed: '32 bytes as 64 hex digits or in base64',
  parse: (value) => (/^[0-9a-f]{64}$/i.test(value) || /^[A-Za-z0-9+/_-]{43}=?$/.test(value) ? value : undefined),
}

export const keys = listOf(key, 'keys of 32 bytes as 64 hex digits or in base64, with commas between them')

export const flag: Kind<boolean> = {
  allowed: 'true or false',
  parse(value) {
    if (/^(1|t|true|yes|on)$/i.test(value)) return true
    return /^(0|f|false|no|off)$/i.test(value) ? false : undefined
  },
}

export const integer = (min: number, max = Number.MAX_SAFE_INTEGER): Kind<number> => ({
  allowed: max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`,
  parse(value) {
    const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN
    return number >= min && number <= max ? number : undefined
  },
})

export const port = integer(0, 65_535)

/** A number, or `auto` for one that the gateway chooses. */
export const autoOr = (number: Kind<number>): Kind<number | 'auto'> => ({
  allowed: `auto, or ${number.allowed}`,
  parse: (value) => (value.toLowerCase() === 'auto' ? 'auto' : number.parse(value)),
})

/** Value in milliseconds. */
export const duration = (options: { zero?: boolean } = {}): Kind<number> => ({
  allowed: `a duration such as 500ms, 2s or 1h30m${options.zero ? '; 0 switches it off' : ''}`,
  parse(value) {
    const ms = parseDuration(value)
    return ms !== undefined && (ms > 0 || (options.zero && ms === 0)) ? ms : undefined
  },
})

/** Value in bytes. */
export const size: Kind<number> = {
  allowed: 'a size such as 512K, 8M or 1G',
  parse(value) {
    const bytes = parseSize(value)
    return bytes ? bytes : undefined
  },
}

/** A name that is looked for in PATH, or a path; `off` for none. */
export const program: Kind<string> = {
  allowed: 'the name of a program in PATH, the path of one, or off',
  parse: (value) =>
    /^([\w.+-]+|(\/|\.{1,2}\/|[A-Za-z]:[\\/]).+)$/.test(value) && !value.startsWith('-') ? value : undefined,
}

/** The same, or 0 for no limit. */
export const sizeOrNone: Kind<number> = {
  allowed: `${size.allowed}; 0 for no limit`,
  parse: (value) => (/^0+$/.test(value) ? 0 : size.parse(value)),
}

/** Case does not matter; `aliases` are other spellings of a choice. */
export const choice = <const Value extends string>(
  values: readonly Value[],
  aliases: Readonly<Record<string, Value>> = {},
): Kind<Value> => ({
  allowed: `one of ${[...values, ...Object.keys(aliases)].join(', ')}`,
  parse: (value) => values.find((known) => known === value.toLowerCase()) ?? aliases[value.toLowerCase()],
})

const products = ['waha', 'evolution', 'gdbrns'] as const

/** A product that this gateway can stand in for. */
export type Compatibility = (typeof products)[number]

/** Case does not matter. */
export const compatibility: Kind<readonly Compatibility[]> = {
  allowed: `one or more of ${products.join(', ')}, with commas between them`,
  parse(value) {
    const list = value.split(',').map((part) => products.find((known) => known === part.trim().toLowerCase()))
    return list.every((part) => part !== undefined) ? [...new Set(list)] : undefined
  },
}

export const url = (...protocols: string[]): Kind<string> => ({
  allowed: `a URL with ${protocols.map((protocol) => `${protocol}://`).join(', ')}`,
  parse: (value) =>
    URL.canParse(value) && protocols.includes(new URL(value).protocol.replace(':', '')) ? value : undefined,
})

/** One or more URLs with commas between them. */
export const urls = (...protocols: string[]): Kind<readonly string[]> =>
  listOf(
    url(...protocols),
    `URLs with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}, with commas between them`,
  )

/** The address of a server, without a path. */
export const origin: Kind<string> = {
  allowed: 'an address such as http://10.0.0.7:7001, with http:// or https:// and nothing behind the port',
  parse(value) {
    const trimmed = value.replace(/\/$/, '')
    const isOrigin = URL.canParse(trimmed) && /^https?:/.test(trimmed) && new URL(trimmed).origin === trimmed
    return isOrigin ? trimmed : undefined
  },
}

/** The address of a proxy, and nothing behind it. */
export const proxyUrl = (...protocols: string[]): Kind<string> => ({
  allowed: `a proxy such as ${protocols[0]}://user:password@host:3128, with ${protocols.map((protocol) => `${protocol}://`).join(', ')} and nothing behind the port`,
  parse: (value) => (parseProxyUrl(value, protocols) ? value : undefined),
})

export const schedule: Kind<Schedule> = {
  allowed:
    'a schedule: six fields with seconds first such as 0 0 3 * * *, a name such as @daily, or @every 6h; TZ=Europe/Berlin in front says in which zone',
  parse: parseSchedule,
}

/** `''` or `/prefix/parts` without an end slash. */
export const pathPrefix: Kind<string> = {
  allowed: 'a path such as /api/v1 (slashes at its ends make no difference), or nothing',
  parse(value) {
    const parts = value.split('/').filter(Boolean)
    // Clients resolve dots before they send a path.
    const allowed = parts.every((part) => /^[A-Za-z0-9._~-]+$/.test(part) && !/^\.\.?$/.test(part))
    return allowed ? parts.map((part) => `/${part}`).join('') : undefined
  },
}

/** `*`, or a list of origins. */
export const origins: Kind<'*' | readonly string[]> = {
  allowed: '* or origins with commas between them, such as https://a.example,https://b.example',
  parse(value) {
    if (value.trim() === '*') return '*'
    const list = value.split(',').map((part) => part.trim().replace(/\/$/, ''))
    return list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin) ? list : undefined
  },
}

/** Addresses and ranges, as `address/bits`. */
export const networks: Kind<readonly string[]> = {
  allowed:
    'addresses and ranges with commas between them, such as 10.0.0.0/8,192.0.2.7,2001:db8::/32, and not every address',
  parse(value) {
    const list = value.split(',').map((part) => parseNetwork(part.trim()))
    return list.every((network) => network !== undefined) ? list : undefined
  },
}

/** A variable of the contract for which this gateway has no use: nobody is to rely on what does not happen.
 *  @param reason why, and what to do instead: a sentence without its stop
 *  @param same the one value that asks for what the gateway does anyway */
export const useless = (reason: string, same?: Pick<Kind<unknown>, 'allowed' | 'parse'>): Kind<true> => ({
  allowed: `${same ? `only ${same.allowed}, or no value` : 'no value'}: ${reason}`,
  parse: (value) => (same?.parse(value) === undefined ? undefined : true),
})

export const noughtAlone: Kind<true> = { allowed: '0', parse: (value) => (/^0+$/.test(value) ? true : undefined) }

export const trueAlone: Kind<true> = { allowed: 'true', parse: (value) => (flag.parse(value) ? true : undefined) }
