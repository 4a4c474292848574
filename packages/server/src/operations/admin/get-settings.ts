import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { webVersionShape, webVersionView } from './web-version-shapes.ts'

const Setting = z
  .object({
    name: z.string().meta({ examples: ['SERVER_PORT'] }),
    section: z.string().meta({ examples: ['Server'] }),
    description: z.string().meta({ examples: ['Port on which the API listens.'] }),
    allowed: z.string().meta({ examples: ['a port number'] }),
    value: z
      .string()
      .nullable()
      .meta({ description: 'What counts; null where nothing is set, and for secrets', examples: ['7001'] }),
    is_set: z.boolean().describe('Somebody gave it, or it was made'),
    default: z
      .string()
      .nullable()
      .meta({ examples: ['7001'] }),
    secret: z.boolean().describe('Its value is never shown'),
    source: z
      .enum(['environment', 'file', 'secret_file', 'program', 'generated', 'default'])
      .describe(
        'environment: a variable of the process. file: the .env of its folder. secret_file: a file of its own, named by its variable with _FILE. program: the sandbox sets it. generated: made into the data directory. default: nobody set it',
      ),
  })
  .meta({ id: 'Setting' })

export default defineOperation({
  method: 'GET',
  path: '/admin/settings',
  auth: 'admin',
  summary: 'The settings of the server, where each comes from, and what it runs on',
  description:
    'Settings are changed in the environment, and count from the next start on. Secrets are only said to be set.',
  response: z.object({
    settings: z.array(Setting),
    version: z.string().meta({ examples: ['0.1.0'] }),
    node: z.string().meta({ examples: ['v26.10.0'] }),
    started_at: Instant,
    whatsapp_web: z
      .object({
        ...webVersionShape,
        age_seconds: z.int().nullable().describe('Since it was last compared with WhatsApp; null when it never was'),
      })
      .describe('The version of WhatsApp Web that new connections present'),
    database: z.object({
      kind: z.enum(['sqlite', 'postgres']),
      place: z.string().meta({ description: 'File, or host and name', examples: ['db:5432/switchboard'] }),
      size_bytes: z.int(),
    }),
    data_dir: z.object({
      path: z.string().meta({ examples: ['/var/lib/switchboard'] }),
      free_bytes: z.int().nullable(),
      total_bytes: z.int().nullable(),
    }),
    sandbox: z.boolean().describe('Devices live in the world of a sandbox; its control API is below `/sandbox`'),
  }),
  async run({ serverFacts, webVersion, health, clock, config }) {
    const [database, disk] = await Promise.all([serverFacts.database(), serverFacts.disk()])
    const { at } = webVersion.lastLook
    return {
      settings: serverFacts.settings.map(({ isSet, ...rest }) => ({ ...rest, is_set: isSet })),
      version: health.version,
      node: process.version,
      started_at: Math.round(clock.now() - health.uptimeMs),
      whatsapp_web: {
        ...webVersionView(webVersion),
        age_seconds: at === undefined ? null : Math.max(0, Math.round((clock.now() - at) / 1000)),
      },
      database: { kind: database.kind, place: database.place, size_bytes: database.bytes },
      data_dir: { path: disk.dataDir, free_bytes: disk.free, total_bytes: disk.total },
      sandbox: config.sandbox.url !== undefined,
    }
  },
})
