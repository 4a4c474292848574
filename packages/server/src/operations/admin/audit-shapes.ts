import { z } from 'zod'
import type { Context } from '../../kit/context.ts'
import { GivenInstant } from '../../schemas/given-instant.ts'
import { Instant } from '../../schemas/instant.ts'
import { limit } from '../../schemas/limit.ts'
import { AuditCursor, auditCursor } from '../../schemas/page-cursor.ts'
import { words } from '../../schemas/text.ts'
import { wordsOfAudit } from '../../timeline/words.ts'

export const AuditQuery = z.object({
  actor: words(100)
    .optional()
    .describe('Who did it: `admin`, `key:3`, `device:…` or `system`')
    .meta({ examples: ['admin'] }),
  action: words(100)
    .optional()
    .meta({ description: 'Beginning of what was done: `device.` or `api_key.rotated`', examples: ['device.'] }),
  target: words(100).optional().describe('What it was done to: the id of a device, or the number of an API key'),
  since: GivenInstant.optional().describe('Not older than this'),
  until: GivenInstant.optional().describe('Only what is older than this'),
  limit: limit(50, 200),
  cursor: AuditCursor.optional().describe('`next_cursor` of the page before'),
})

export const AuditList = z.object({
  entries: z.array(
    z
      .object({
        id: z.int(),
        at: Instant,
        actor: z.string().meta({
          description: '`admin`, `key:<number>`, `access_key:<id>`, `device:<id>` or `system`',
          examples: ['admin'],
        }),
        action: z.string().meta({ examples: ['device.proxy_set'] }),
        target: z
          .string()
          .meta({ description: 'Id of a device or number of an API key; of a new key its beginning', examples: ['3'] }),
        api_key_id: z.int().nullable().describe('The API key that it concerns'),
        detail: z
          .string()
          .nullable()
          .meta({ description: 'What it was changed to, or why', examples: ['socks5://proxy.example:1080'] }),
        address: z
          .string()
          .nullable()
          .meta({
            description:
              'From where it was asked for, where that is known. `GET /audit` does not say it of the operator',
            examples: ['203.0.113.7'],
          }),
        text: z.string().meta({ examples: ['The proxy was set to socks5://proxy.example:1080'] }),
      })
      .meta({ id: 'AuditEntry' }),
  ),
  next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
})

/** A page of the audit, newest first: of everything, or of what concerns an API key.
 *  @param operatorAddress whether it says from where the operator came: that is nothing for customers */
export async function readAudit(
  { audit }: Pick<Context, 'audit'>,
  { cursor, limit, ...filter }: z.output<typeof AuditQuery>,
  { apiKeyId, operatorAddress = true }: { readonly apiKeyId?: number | undefined; readonly operatorAddress?: boolean },
): Promise<z.input<typeof AuditList>> {
  // One more than asked for tells whether anything follows.
  const found = await audit.list({ ...filter, apiKeyId, before: cursor, limit: limit + 1 })
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  return {
    entries: rows.map((row) => ({
      ...{ id: row.id, at: Number(row.at), actor: row.actor, action: row.action, target: row.target },
      ...{ api_key_id: row.apiKeyId, detail: row.detail, text: wordsOfAudit(row) },
      address: operatorAddress || row.actor !== 'admin' ? row.address : null,
    })),
    ...(found.length > limit && last && { next_cursor: auditCursor(last.id) }),
  }
}
