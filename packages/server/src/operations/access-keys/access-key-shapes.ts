import { z } from 'zod'
import { DeviceId } from '../../schemas/device-id.ts'
import { GivenInstant } from '../../schemas/given-instant.ts'
import { Instant } from '../../schemas/instant.ts'
import { words } from '../../schemas/text.ts'
import type { AccessKey } from '../../tenants/access-keys.ts'
import { scopeMeanings, scopes } from '../../tenants/scopes.ts'

const example = `ak_${'0f'.repeat(12)}`

export const AccessScope = z.enum(scopes).meta({
  id: 'AccessScope',
  description: Object.entries(scopeMeanings)
    .map(([name, meaning]) => `\`${name}\`: ${meaning}`)
    .join(' '),
})

// Any text: what is no id is a key that does not exist.
export const AccessKeyPath = z.object({
  access_key_id: z
    .string()
    .max(100)
    .meta({ description: 'Id of the access key.', examples: [example] }),
})

const scopesField = z
  .array(AccessScope)
  .min(1)
  .max(scopes.length)
  .meta({ description: 'What it may do: nothing beyond these.', examples: [['read', 'send']] })
const networksField = z
  .array(z.string().max(100))
  .max(50)
  .meta({
    description: 'Addresses and ranges from which it may come; from anywhere when empty.',
    examples: [['203.0.113.0/24']],
  })
const expiryField = GivenInstant.nullable().describe('When it ends; null: never.')

export const accessKeyFields = {
  label: words(100).meta({ description: 'For people: what it is for.', examples: ['Reporting'] }),
  scopes: scopesField,
  expires_at: expiryField,
  networks: networksField,
}

/** An access key as lists show it. */
export const AccessKeyEntry = z
  .object({
    access_key_id: z.string().meta({ examples: [example] }),
    label: z.string().meta({ examples: ['Reporting'] }),
    secret_masked: z.string().meta({ description: 'Its last four characters.', examples: ['wak_...9c0d'] }),
    device_id: DeviceId.nullable().meta({
      description: 'The only device that it is for; null: the API key and all its devices.',
    }),
    scopes: z.array(AccessScope),
    networks: z.array(z.string()).meta({ examples: [['203.0.113.0/24']] }),
    expires_at: Instant.nullable(),
    last_used_at: Instant.nullable().meta({ description: 'To about ten minutes.' }),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'AccessKeyEntry' })

export const AccessKeyWithSecret = z.object({
  ...AccessKeyEntry.shape,
  secret: z.string().meta({ description: 'The key itself. Shown once.', examples: [`wak_${'0f'.repeat(20)}`] }),
})

export const toAccessKeyEntry = (key: AccessKey): z.input<typeof AccessKeyEntry> => ({
  access_key_id: key.id,
  label: key.label,
  secret_masked: `wak_...${key.suffix}`,
  device_id: key.deviceId,
  scopes: [...key.scopes],
  networks: [...key.networks],
  expires_at: key.expiresAt,
  last_used_at: key.lastUsedAt,
  created_at: key.createdAt,
  updated_at: key.updatedAt,
})
