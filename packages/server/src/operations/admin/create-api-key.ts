import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { CustomerContact, CustomerName, MaxDevices, RequestsPerHour } from './api-key-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/admin/api-keys',
  auth: 'admin',
  summary: 'Issue an API key for a customer',
  description: 'The key is shown in this answer and never again: only its SHA-256 is stored.',
  forms: true,
  body: z.object({
    customer_name: CustomerName,
    customer_email: CustomerContact.nullish(),
    customer_phone: CustomerContact.nullish(),
    max_devices: MaxDevices,
    rate_limit_per_hour: RequestsPerHour.default(0),
  }),
  response: z.object({
    id: z.int(),
    api_key: z.string().meta({ description: '`wam_` and 28 hex digits. Keep it now.' }),
    customer_name: z.string(),
    customer_email: z.string().nullable(),
    customer_phone: z.string().nullable(),
    max_devices: z.int(),
    rate_limit_per_hour: z.int(),
  }),
  status: 201,
  message: 'API key created',
  async run({ tenants }, { body }) {
    const { customer_name, max_devices, rate_limit_per_hour } = body
    const customer_email = body.customer_email || null
    const customer_phone = body.customer_phone || null
    const { id, text } = await tenants.apiKeys.create({
      customerName: customer_name,
      customerEmail: customer_email,
      customerPhone: customer_phone,
      maxDevices: max_devices,
      requestsPerHour: rate_limit_per_hour,
    })
    return { id, api_key: text, customer_name, customer_email, customer_phone, max_devices, rate_limit_per_hour }
  },
})
