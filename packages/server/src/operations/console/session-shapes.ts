import { z } from 'zod'
import type { Context } from '../../kit/context.ts'
import { DeviceId } from '../../schemas/device-id.ts'
import { Instant } from '../../schemas/instant.ts'
import type { ConsoleSession } from '../../tenants/principals.ts'
import { scopes } from '../../tenants/scopes.ts'
import { sessionCookieName } from '../../tenants/session-cookie-name.ts'

/** Who is signed in. */
export const SignedIn = z
  .object({
    kind: z
      .enum(['admin', 'api_key', 'device'])
      .meta({ description: 'The credential: `admin` is the operator, `api_key` a customer, `device` a token.' }),
    api_key_id: z
      .int()
      .nullable()
      .meta({ description: 'The API key that it is, or belongs to. Null for the operator.' }),
    customer_name: z.string().nullable().meta({ description: 'Customer of that API key.' }),
    device_id: DeviceId.nullable().meta({ description: 'The device, where it is about one alone.' }),
    device_name: z.string().nullable(),
    scopes: z.array(z.enum(scopes)).meta({ description: 'What it may do.' }),
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
  const device = grant.kind === 'device' ? await tenants.devices.get(grant.deviceId) : undefined
  return {
    kind: grant.kind,
    api_key_id: key?.id ?? null,
    customer_name: key?.customerName ?? null,
    device_id: device?.id ?? null,
    device_name: device?.name ?? null,
    scopes: [...scopes],
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
