/** The few forms of DER (ITU-T X.690) that a certificate is made of. */
export const der = {
  sequence: (...items: readonly Uint8Array[]): Buffer => tagged(0x30, ...items),
  set: (...items: readonly Uint8Array[]): Buffer => tagged(0x31, ...items),
  octets: (bytes: Uint8Array): Buffer => tagged(0x04, bytes),
  bits: (bytes: Uint8Array, unusedBits = 0): Buffer => tagged(0x03, Buffer.of(unusedBits), bytes),
  utf8: (text: string): Buffer => tagged(0x0c, Buffer.from(text)),
  true: Buffer.of(0x01, 0x01, 0xff),
  /** A whole number ≥ 0, big-endian. */
  integer: (bytes: Uint8Array): Buffer => {
    const start = bytes.findIndex((byte) => byte !== 0)
    const magnitude = start < 0 ? Buffer.of(0) : bytes.subarray(start)
    // A leading one bit would make it negative.
    return magnitude[0]! >= 0x80 ? tagged(0x02, Buffer.of(0), magnitude) : tagged(0x02, magnitude)
  },
  /** An object identifier in dotted form. */
  oid: (dotted: string): Buffer => {
    const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
    return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
  },
  /** Until 2049 in the short form, as RFC 5280 asks. */
  time: (at: Date): Buffer => {
    const text = `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
    return at.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(text.slice(2))) : tagged(0x18, Buffer.from(text))
  },
  /** `[n]`, holding other elements. */
  explicit: (n: number, ...items: readonly Uint8Array[]): Buffer => tagged(0xa0 | n, ...items),
  /** `[n]`, in place of the element's own tag. */
  implicit: (n: number, bytes: Uint8Array): Buffer => tagged(0x80 | n, bytes),
}

function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.of(tag, ...lengthOf(content.length)), content])
}

function lengthOf(size: number): number[] {
  if (size < 0x80) return [size]
  const bytes: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}

function base128(value: number): number[] {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128))
  return bytes
}
