import { codecsOf } from '@switchboard/link/proto'
import type { Messages } from '../generated/messages.ts'
import { schema } from '../generated/schema.ts'

export { type Field, unlessMalformed } from '@switchboard/link/proto'
export const { codec, fieldNumbers, innerHas, typeNamed } = codecsOf<Messages>(schema)
