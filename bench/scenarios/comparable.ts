import type { Run } from '../steps/run.ts'
import { authenticatedNoOp } from './authenticated-no-op.ts'
import { disk } from './disk.ts'
import { group } from './group.ts'
import { idleSessions } from './idle-sessions.ts'
import { inboundToWebhook } from './inbound-to-webhook.ts'
import { residentAfterMessages } from './resident-after-messages.ts'
import { sendTexts } from './send-texts.ts'

/** Scenarios that can be run over two builds at the same time. */
export const comparable = {
  auth: authenticatedNoOp,
  group,
  disk,
  receive: inboundToWebhook,
  send: sendTexts,
  idle: idleSessions,
  soak: residentAfterMessages,
} satisfies Record<string, (run: Run) => Promise<void>>
