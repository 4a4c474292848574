import { ProtocolMessageType } from '../../wire/proto/index.ts'
import type { ContentKind } from './content-kind.ts'

export interface MemberLabelWish {
  /** Empty takes it away. */
  readonly label: string
}

/** A member of a group gives itself a label. Seen in two clients (baileys messages-send.js `updateMemberLabel`, whatsapp-rust send.rs). */
export const memberLabel: ContentKind<MemberLabelWish> = {
  name: 'member_label',
  compose: ({ ctx, person }, { label }) => {
    if (person) throw new Error('only members of a group have a label')
    const memberLabel = { label, labelTimestamp: ctx.world.seconds() }
    return { protocolMessage: { type: ProtocolMessageType.groupMemberLabelChange, memberLabel } }
  },
  read: ({ protocolMessage: it }) =>
    it?.type === ProtocolMessageType.groupMemberLabelChange
      ? { kind: 'member_label', text: it.memberLabel?.label ?? '' }
      : undefined,
}
