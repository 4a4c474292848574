import { z } from 'zod'
import { NumericId } from '../../schemas/numeric-id.ts'
import { text, words } from '../../schemas/text.ts'
import type { StoredApiKey } from '../../tenants/api-keys.ts'

const largest = 2_147_483_647

export const ApiKeyPath = z.object({ id: NumericId.meta({ description: 'Number of the API key.' }) })

export const CustomerName = words(255)
export const CustomerContact = text(255)
export const MaxDevices = z.int().min(1).max(largest).meta({ description: 'How many devices the key may have.' })
export const RequestsPerHour = z
  .int()
  .min(0)
  .max(largest)
  .meta({ description: 'Requests an hour of the key and all of its devices together; 0 means no limit.' })

/** An API key as lists show it. */
export const ApiKeyEntry = z.object({
  id: z.int(),
  api_key_masked: z
    .string()
    .meta({ description: 'First eight and last four characters.', examples: ['wam_1f3a...9c0d'] }),
  customer_name: z.string(),
  customer_email: z.string().nullable(),
  customer_phone: z.string().nullable(),
  max_devices: z.int(),
  rate_limit_per_hour: z.int(),
  is_active: z.boolean(),
  device_count: z.int(),
})

export const toApiKeyEntry = (key: StoredApiKey): z.input<typeof ApiKeyEntry> => ({
  id: key.id,
  api_key_masked: `${key.keyPrefix}...${key.keySuffix}`,
  customer_name: key.customerName,
  customer_email: key.customerEmail,
  customer_phone: key.customerPhone,
  max_devices: key.maxDevices,
  rate_limit_per_hour: key.requestsPerHour,
  is_active: key.isActive,
  device_count: key.deviceCount,
})
