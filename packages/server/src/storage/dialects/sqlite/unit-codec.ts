import type { Bindable } from '../../bindable.ts'

/** A statement as the log keeps it. */
export interface LoggedStatement {
  readonly sql: string
  readonly parameters: readonly Bindable[]
}

// What stands in front of a value.
const none = 0
const natural = 1
const negative = 2
const double = 3
const big = 4
const text = 5
const newName = 6
const name = 7
const bytes = 8

/** Longer texts are hardly said twice. */
const longestName = 64
/** Texts that a log remembers; what comes later is written out each time. */
const mostNames = 16_384
/** A buffer beyond this is not kept for the next record. */
const usualBytes = 1024 * 1024

/** Writes statements as bytes. A statement's text, and each short text among its values (ids, addresses), is written out once in a log and by its number from then on. */
export class UnitEncoder {
  #texts = new Map<string, number>()
  #names = new Map<string, number>()
  /** What the last record said for the first time. */
  #fresh: { readonly of: Map<string, number>; readonly text: string }[] = []
  #buffer = Buffer.allocUnsafe(64 * 1024)
  #at = 0

  /** The next record is the first of its log. */
  begin(): void {
    this.#texts = new Map()
    this.#names = new Map()
    this.#fresh = []
  }

  /** The last record will not be in the log: what it said for the first time, nobody has heard. */
  takeBack(): void {
    for (const { of, text: said } of this.#fresh) of.delete(said)
    this.#fresh = []
  }

  /** One record. @param room bytes that are left free in front of it. @returns valid until the next call */
  encode(statements: readonly LoggedStatement[], room: number): Buffer {
    if (this.#buffer.length > usualBytes) this.#buffer = Buffer.allocUnsafe(64 * 1024)
    this.#fresh = []
    this.#at = room
    for (const { sql, parameters } of statements) {
      const known = this.#texts.get(sql)
      this.#natural(known === undefined ? 0 : known + 1)
      if (known === undefined) {
        this.#remember(this.#texts, sql)
        this.#string(sql)
      }
      this.#natural(parameters.length)
      for (const value of parameters) this.#value(value)
    }
    return this.#buffer.subarray(0, this.#at)
  }

  #remember(of: Map<string, number>, said: string): void {
    of.set(said, of.size)
    this.#fresh.push({ of, text: said })
  }

  #value(value: Bindable): void {
    if (value === null) this.#byte(none)
    else if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'bigint') {
      this.#byte(big)
      this.#string(String(value))
    } else {
      this.#byte(bytes)
      this.#natural(value.length)
      this.#reserve(value.length)
      this.#buffer.set(value, this.#at)
      this.#at += value.length
    }
  }

  #text(value: string): void {
    const known = value.length <= longestName ? this.#names.get(value) : undefined
    if (known !== undefined) {
      this.#byte(name)
      this.#natural(known)
      return
    }
    const worth = value.length <= longestName && this.#names.size < mostNames
    if (worth) this.#remember(this.#names, value)
    this.#byte(worth ? newName : text)
    this.#string(value)
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.#byte(value < 0 ? negative : natural)
      this.#natural(Math.abs(value))
      return
    }
    this.#byte(double)
    this.#reserve(8)
    this.#at = this.#buffer.writeDoubleLE(value, this.#at)
  }

  #string(value: string): void {
    const length = Buffer.byteLength(value)
    this.#natural(length)
    this.#reserve(length)
    this.#at += this.#buffer.write(value, this.#at, 'utf8')
  }

  /** Seven bits a byte, the lowest first. */
  #natural(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#buffer[this.#at++] = rest
  }

  #byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#at++] = value
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + count))
    this.#buffer.copy(larger, 0, 0, this.#at)
    this.#buffer = larger
  }
}

/** Reads what {@link UnitEncoder} wrote, the records of a log in their order. */
export class UnitDecoder {
  readonly #texts: string[] = []
  readonly #names: string[] = []
  #record: Buffer = Buffer.alloc(0)
  #at = 0

  decode(record: Buffer): LoggedStatement[] {
    this.#record = record
    this.#at = 0
    const statements: LoggedStatement[] = []
    while (this.#at < record.length) statements.push(this.#statement())
    return statements
  }

  #statement(): LoggedStatement {
    const known = this.#natural()
    if (known === 0) this.#texts.push(this.#string())
    const sql = known === 0 ? this.#texts.at(-1)! : this.#texts[known - 1]!
    return { sql, parameters: Array.from({ length: this.#natural() }, () => this.#value()) }
  }

  #value(): Bindable {
    const kind = this.#record[this.#at++]
    if (kind === none) return null
    if (kind === natural) return this.#natural()
    if (kind === negative) return -this.#natural()
    if (kind === big) return BigInt(this.#string())
    if (kind === text) return this.#string()
    if (kind === name) return this.#names[this.#natural()]!
    if (kind === newName) {
      this.#names.push(this.#string())
      return this.#names.at(-1)!
    }
    const length = kind === double ? 8 : this.#natural()
    const from = this.#at
    this.#at += length
    return kind === double ? this.#record.readDoubleLE(from) : new Uint8Array(this.#record.subarray(from, this.#at))
  }

  #string(): string {
    const length = this.#natural()
    this.#at += length
    return this.#record.toString('utf8', this.#at - length, this.#at)
  }

  #natural(): number {
    let value = 0
    for (let weight = 1; ; weight *= 0x80) {
      const byte = this.#record[this.#at++]!
      value += (byte & 0x7f) * weight
      if (byte < 0x80) return value
    }
  }
}
