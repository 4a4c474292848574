import type { MessageHistoryMetadata } from '../../wire/proto/index.ts'
import type { ContentKind } from './content-kind.ts'

const detailsOf = (metadata: MessageHistoryMetadata | undefined) => ({
  receivers: metadata?.historyReceivers ?? [],
  messages: metadata?.messageCount ?? 0,
})

/** Messages of a group's past, for those whom it names. */
export const historyBundle: ContentKind = {
  name: 'history_bundle',
  read: ({ messageHistoryBundle: it }) =>
    it && { kind: 'history_bundle', details: detailsOf(it.messageHistoryMetadata) },
}

/** Says in the group that somebody got such messages. */
export const historyNotice: ContentKind = {
  name: 'history_notice',
  read: ({ messageHistoryNotice: it }) =>
    it && { kind: 'history_notice', details: detailsOf(it.messageHistoryMetadata) },
}
