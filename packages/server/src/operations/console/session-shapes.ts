import { z } from 'zod'
import type { Context } from '../../kit/context.ts'
import { DeviceId } from '../../schemas/device-id.ts'
import { Instant } from '../../schemas/instant.ts'
import type { ConsoleSession } from '../../tenants/principals.ts'
import { sessionCookieName } from '../../tenants/session-cookie-name.ts'
import { AccessScope } from '../access-keys/access-key-shapes.ts'

/** Who is signed in. */
export const SignedIn = z
  .object({
    kind: z.enum(['admin', 'api_key', 'access_key', 'device']).meta({
      description:
        'The credential: `admin` is the operator, `api_key` a customer, `access_key` one that may do less, `device` a token.',
    }),
    api_key_id: z
      .int()
      .nullable()
      .meta({ description: 'The API key that it is, or belongs to. Null for the operator.' }),
    customer_name: z.string().nullable().meta({ description: 'Customer of that API key.' }),
    device_id: DeviceId.nullable().meta({ description: 'The device, where it is about one alone.' }),
    device_name: z.string().nullable(),
    access_key_label: z
      .string()
      .nullable()
      .meta({ description: 'Label of the access key.', examples: [null] }),
    scopes: z.array(AccessScope).meta({ description: 'What it may do.' }),
    sandbox: z.boolean().meta({ description: 'This gateway lives in a sandbox: nothing reaches the real WhatsApp.' }),
    created_at: Instant,
    expires_at: Instant.meta({ description: 'When the session ends, at the latest.' }),
  })
  .meta({ id: 'SignedIn' })

type Given = Pick<Context, 'tenants' | 'inSandbox'>

/** What a session says of itself. */
export const signedIn = async (
  { tenants, inSandbox }: Given,
  { grant, createdAt, endsAt }: ConsoleSession,
): Promise<z.input<typeof SignedIn>> => {
  const key = grant.kind === 'admin' ? undefined : await tenants.apiKeys.get(grant.apiKeyId)
  const deviceId = 'deviceId' in grant ? grant.deviceId : null
  const device = deviceId === null ? undefined : await tenants.devices.get(deviceId)
  const access = grant.kind === 'access_key' ? await tenants.accessKeys.get(grant.apiKeyId, grant.id) : undefined
  return {
    kind: grant.kind,
    api_key_id: key?.id ?? null,
    customer_name: key?.customerName ?? null,
    device_id: device?.id ?? null,
    device_name: device?.name ?? null,
    access_key_label: access?.label ?? null,
    scopes: [...tenants.authenticator.scopesOf(grant)],
    sandbox: inSandbox,
    created_at: createdAt,
    expires_at: endsAt,
  }
}

/** `Set-Cookie` of a session, or with `seconds` 0 of none. Its page is where the API is, so that it works below a path too. */
export const sessionCookieOf = (
  { baseUrl, config }: Pick<Context, 'baseUrl' | 'config'>,
  value: string,
  seconds: number,
): string =>
  [
    `${sessionCookieName}=${value}`,
    `Path=${config.http.basePath || '/'}`,
    `Max-Age=${seconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(baseUrl.startsWith('https:') ? ['Secure'] : []),
  ].join('; ')
