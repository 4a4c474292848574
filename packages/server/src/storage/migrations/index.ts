import { firstSchema } from './0001-first-schema.ts'
import { commitMarks } from './0002-commit-marks.ts'
import { eventRetention } from './0003-event-retention.ts'
import { chats } from './0004-chats.ts'
import { receipts } from './0005-receipts.ts'
import { acts } from './0006-acts.ts'
import { takenStanzas } from './0007-taken-stanzas.ts'
import { contacts } from './0008-contacts.ts'
import { numberAliases } from './0009-number-aliases.ts'
import { marks } from './0010-marks.ts'
import { statusAudiences } from './0011-status-audiences.ts'
import { scheduledSends } from './0012-scheduled-sends.ts'
import { channelWatches } from './0013-channel-watches.ts'
import { messageMedia } from './0014-message-media.ts'
import { mediaFiles } from './0015-media-files.ts'
import { labels } from './0016-labels.ts'
import { calls } from './0017-calls.ts'
import { sendLimits } from './0018-send-limits.ts'
import { usernames } from './0019-usernames.ts'
import { keyEvents } from './0020-key-events.ts'
import { usernameIndex } from './0021-username-index.ts'
import { deliverySpans } from './0022-delivery-spans.ts'
import { steps } from './0023-steps.ts'
import { deviceList } from './0024-device-list.ts'
import { access } from './0025-access.ts'
import { auditList } from './0026-audit-list.ts'
import { chatwoot } from './0027-chatwoot.ts'
import { approvals } from './0028-approvals.ts'
import { pairingLinks } from './0029-pairing-links.ts'
import { notSent } from './0030-not-sent.ts'
import { nodes } from './0031-nodes.ts'
import { leases } from './0032-leases.ts'
import { sharedTenants } from './0034-shared-tenants.ts'
import { eventDays } from './0036-event-days.ts'
import { webhookFormats } from './0038-webhook-formats.ts'
import { governor } from './0040-governor.ts'
import { safety } from './0041-safety.ts'
import { contentKeys } from './0042-content-keys.ts'

import { contentPasses } from './0043-content-passes.ts'
import { erasures } from './0044-erasures.ts'
import { retention } from './0045-retention.ts'
import { ownUsername } from './0046-own-username.ts'
import { erasedAddresses } from './0047-erased-addresses.ts'

import type { Migration } from './migration.ts'

/** In the order in which they are applied. */
export const migrations: readonly Migration[] = [
  firstSchema,
  commitMarks,
  eventRetention,
  chats,
  receipts,
  acts,
  takenStanzas,
  contacts,
  numberAliases,
  marks,
  statusAudiences,
  scheduledSends,
  channelWatches,
  messageMedia,
  mediaFiles,
  labels,
  calls,
  sendLimits,
  usernames,
  keyEvents,
  usernameIndex,
  deliverySpans,
  steps,
  deviceList,
  access,
  auditList,
  chatwoot,
  approvals,
  pairingLinks,
  notSent,
  nodes,
  leases,
  sharedTenants,
  eventDays,
  webhookFormats,
  governor,
  safety,
  contentKeys,
  contentPasses,
  erasures,
  retention,
  ownUsername,
  erasedAddresses,
]
