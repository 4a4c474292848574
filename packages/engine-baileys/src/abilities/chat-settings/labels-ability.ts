import type { LabelSettings, Labels } from '@switchboard/engine'
import { chatAddress } from '../../outbound/chat-address.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { type Acts, defineAbility } from '../define-ability.ts'

const edit = ({ appState }: AbilityParts, id: string, label: LabelSettings, deleted: boolean) =>
  appState.publish('regular', [
    { index: ['label_edit', id], version: 3, value: { labelEditAction: { ...label, deleted } } },
  ])

/** Seen in: whatsmeow appstate/encode.go `BuildLabelEdit`, `BuildLabelChat`, `BuildLabelMessage`. */
const acts: Acts<Labels> = {
  save: (parts, id, label) => edit(parts, id, label, false),
  delete: (parts, id, label) => edit(parts, id, label, true),
  async setOnChat({ context, appState }, id, chat, labeled) {
    const index = ['label_jid', id, await chatAddress(chat, context)]
    await appState.publish('regular', [{ index, version: 3, value: { labelAssociationAction: { labeled } } }])
  },
  async setOnMessage({ context, appState }, id, chat, messageId, labeled) {
    const index = ['label_message', id, await chatAddress(chat, context), messageId, '0', '0']
    await appState.publish('regular', [{ index, version: 3, value: { labelAssociationAction: { labeled } } }])
  },
}

export const labels = defineAbility('labels', acts)
