/** Where a decoded message keeps the fields that the schema does not name, as they came. A copy by `{ ...message }` takes them along. */
export const unknownFields = Symbol('unknown fields')

/** Something decoded, with everything it was decoded from: encoding it again loses nothing. */
export interface Kept {
  [unknownFields]?: readonly Uint8Array[]
}
