import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { describeBytes, describeDuration } from './describe-process.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/health',
  auth: 'admin',
  summary: 'Process, database and live session figures',
  description:
    'Answers 200 also when the database does not, or takes no changes; `/readyz` is for probes. The counts are absent then.',
  response: z.object({
    status: z.enum(['ok', 'degraded']),
    database: z.enum(['ok', 'error']),
    bus: z
      .enum(['ok', 'away'])
      .optional()
      .meta({ description: 'Of one of several gateways: whether it is connected to NATS.' }),
    whatsapp_clients: z.int().meta({ description: 'Sessions that are connected to WhatsApp now.' }),
    total_devices: z.int().optional(),
    memory_alloc: z.string().meta({ description: 'Heap in use.', examples: ['12.3 MB'] }),
    memory_sys: z.string().meta({ description: 'Memory that the process occupies.', examples: ['210.0 MB'] }),
    goroutines: z.int().meta({ description: 'Open handles of the event loop; the name is the contract’s.' }),
    uptime: z.string().meta({ examples: ['1d 2h 3m 4s'] }),
    uptime_seconds: z.int(),
    version: z.string(),
    go_version: z
      .string()
      .meta({ description: 'Version of the runtime; the name is the contract’s.', examples: ['node v24.0.0'] }),
    api_keys: z.int().optional(),
    active_api_keys: z.int().optional(),
    media: z
      .object({
        ffmpeg: z
          .string()
          .nullable()
          .meta({ description: 'Version; null when there is none.', examples: ['5.1.9'] }),
        voice_inputs: z.array(z.string().meta({ examples: ['audio/mpeg'] })),
        sticker_inputs: z.array(z.string().meta({ examples: ['image/png'] })),
        video_inputs: z.array(z.string().meta({ examples: ['video/mp4'] })),
        store: z
          .enum(['ok', 'error'])
          .meta({ description: 'Whether the disk or the bucket took, or gave, the last file.' }),
        store_error: z
          .string()
          .optional()
          .meta({
            description: 'What it said.',
            examples: ['the bucket answered 403 SignatureDoesNotMatch to a file'],
          }),
      })
      .meta({
        description:
          'Types of files that can be made into voice notes, stickers and videos: more with ffmpeg (SWITCHBOARD_FFMPEG). And how the store of files does.',
      }),
  }),
  async run({ tenants, health, sessions, converter, media }) {
    const asked = [tenants.devices.counts(), tenants.apiKeys.counts()] as const
    const [counts, storage] = await Promise.all([Promise.all(asked).catch(() => undefined), health.storage()])
    const works = counts !== undefined && storage !== 'failed'
    const store = media.storeState()
    const memory = process.memoryUsage()
    const uptime = Math.floor(health.uptimeMs / 1000)
    return {
      status: works && store.works && health.bus !== 'away' ? ('ok' as const) : ('degraded' as const),
      database: works ? ('ok' as const) : ('error' as const),
      ...(health.bus && { bus: health.bus }),
      whatsapp_clients: sessions.counts()['open'] ?? 0,
      memory_alloc: describeBytes(memory.heapUsed),
      memory_sys: describeBytes(memory.rss),
      goroutines: process.getActiveResourcesInfo().length,
      uptime: describeDuration(uptime),
      uptime_seconds: uptime,
      version: health.version,
      go_version: `node ${process.version}`,
      media: {
        ...(await converter.capabilities()),
        store: store.works ? ('ok' as const) : ('error' as const),
        ...(!store.works && { store_error: store.error }),
      },
      ...(counts && {
        total_devices: Object.values(counts[0]).reduce((sum, n) => sum + n, 0),
        api_keys: counts[1].total,
        active_api_keys: counts[1].active,
      }),
    }
  },
})
