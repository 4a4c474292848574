import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { refusedField } from '../../errors/refused-field.ts'
import { defineOperation, FileAnswer } from '../../kit/define-operation.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'

export default defineOperation({
  method: 'GET',
  path: '/export',
  auth: 'owner',
  summary: 'Everything that is stored of a customer, a device or a person, as one file',
  description:
    'A `tar.gz` that is made while it is read: `format.json` says what is in it and in which version of the format, `<table>-<number>.ndjson` are the rows with messages and events in clear, `media/<sha256>` the files, and `manifest.json`, the last one, has the size and SHA-256 of each. With the token of a device, of that device; with an API key, of all, or of `device_id`. With `contact`, what there is of that person in the device, for a request of access (GDPR, article 15), without what others wrote, and with `somebody_else` in place of their addresses. Secrets and keys are in no export. It is of one moment. One is made at a time for an API key, and three in all: the next one waits up to half a minute for its turn, and is then refused with `rate_limited`. One that broke off is begun again, or made device by device.',
  query: z.object({
    device_id: z.string().max(100).optional().describe('Only this device of the API key.'),
    contact: PersonAddress.optional().describe('Only this person, in the device.'),
  }),
  raw: { '*/*': 'The archive' },
  errors: ['device_not_found', 'invalid_jid', 'invalid_phone'],
  async run({ exports, tenants, messages, principal, signal }, { query: { device_id, contact } }) {
    const { apiKeyId } = principal
    const named = device_id?.toLowerCase()
    const deviceId = principal.kind === 'device' ? principal.deviceId : named
    const isTheirs = deviceId === undefined || tenants.devices.apiKeyOf(deviceId) === apiKeyId
    if (!isTheirs || (named !== undefined && named !== deviceId)) throw new AppError('device_not_found')
    if (contact !== undefined && deviceId === undefined) {
      throw refusedField('query.device_id', 'a person is known to a device: say which')
    }
    const person = contact === undefined ? undefined : await messages.resolveChat(deviceId!, contact)
    return new FileAnswer(await exports.open({ apiKeyId, deviceId, person }, signal))
  },
})
