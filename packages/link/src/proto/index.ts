export { type Codec, type Codecs, codecsOf, type Field, type MessageType, unlessMalformed } from './codec.ts'
export { FieldReader, type Scalar, type ScalarKind } from './field-reader.ts'
export { type Kept, unknownFields } from './unknown-fields.ts'
