import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'

export default defineOperation({
  method: 'POST',
  path: '/app-state/mark-clean',
  auth: 'device',
  summary: 'Tell WhatsApp that something which it called dirty was fetched',
  needs: { appState: ability('appState') },
  body: z.object({
    clean_type: z
      .string()
      .regex(/^[a-z_]{1,50}$/)
      .describe('`account_sync`, `groups`, …'),
    timestamp: z.int().min(0).max(100_000_000_000).default(0).describe('Unix seconds; 0: now'),
  }),
  response: z.object({ clean_type: z.string(), timestamp: z.int().describe('Unix seconds') }),
  async run({ appState, clock }, { body: { clean_type, timestamp } }) {
    const at = timestamp > 0 ? timestamp * 1000 : clock.now()
    await appState.markClean(clean_type, at)
    return { clean_type, timestamp: Math.floor(at / 1000) }
  },
})
