import { EngineError, isGroupJid } from '@switchboard/engine'
import { defineKind } from './content-kind.ts'
import { about, keyOf } from './fields.ts'
import { protocolTypes } from './protocol-types.ts'

/** Takes a message back for everybody. */
export const revoke = defineKind({
  type: 'revoke',
  fields: ['protocolMessage'],
  // It is the enum's first value: some clients leave it out.
  holds: ({ type = protocolTypes.revoke, key }) => type === protocolTypes.revoke && key?.id !== undefined,
  compose({ target }, { chat }) {
    if (!target.fromMe && !isGroupJid(chat)) {
      throw new EngineError('invalid_argument', 'messages of others can be taken back in groups only')
    }
    return { protocolMessage: { key: keyOf(target, chat), type: protocolTypes.revoke } }
  },
  describe: ({ key }) => about(key),
  stanzaType: 'text',
  marks: ({ key }) => ({ edit: key?.fromMe ? '7' : '8', hidden: true }),
})
