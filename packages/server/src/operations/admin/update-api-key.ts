import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { text } from '../../schemas/text.ts'
import { ApiKeyPath, CustomerContact, MaxDevices, RequestsPerHour } from './api-key-shapes.ts'

/** Blank text keeps what is there, as it always has. */
const unlessBlank = <Value>(value: Value): Value | undefined => (value === '' ? undefined : value)

export default defineOperation({
  method: 'PATCH',
  path: '/admin/api-keys/{id}',
  auth: 'admin',
  summary: 'Change customer details, limits or whether the key is on',
  description:
    'What is absent or blank stays as it is; `null` clears an address or a phone number. It counts from the next request on: a key that is switched off stops its devices’ tokens too. Devices above a lowered `max_devices` stay.',
  forms: true,
  params: ApiKeyPath,
  body: z.object({
    customer_name: text(255).optional(),
    customer_email: CustomerContact.nullish(),
    customer_phone: CustomerContact.nullish(),
    max_devices: MaxDevices.optional(),
    rate_limit_per_hour: RequestsPerHour.optional(),
    is_active: z.boolean().optional(),
  }),
  message: 'API key updated',
  errors: ['api_key_not_found'],
  async run({ tenants }, { params, body }) {
    await tenants.apiKeys.update(params.id, {
      customerName: unlessBlank(body.customer_name),
      customerEmail: unlessBlank(body.customer_email),
      customerPhone: unlessBlank(body.customer_phone),
      maxDevices: body.max_devices,
      requestsPerHour: body.rate_limit_per_hour,
      isActive: body.is_active,
    })
    return undefined
  },
})
