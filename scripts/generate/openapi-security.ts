import type { AuthKind } from '../../packages/server/src/kit/context.ts'

type Json = Record<string, unknown>

export const securitySchemes = {
  device: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Token of a device, or an access key.' },
  api_key: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description:
      'Key of a customer, or an access key, which needs the scope in `x-scope`. With `X-Device-ID` it is used for one of its devices.',
  },
  admin: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Admin-Secret',
    description:
      'Secret of the operator. With `X-Device-ID` it is used for a device, with `X-API-Key-ID` for an API key; the audit notes this.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'switchboard_session',
    description:
      'Session of the console, from `POST /console/session`: as good as the credential that it was opened with. Everything but GET and HEAD needs `X-Requested-With: switchboard` too.',
  },
  ticket: {
    type: 'apiKey',
    in: 'query',
    name: 'ticket',
    description: 'Ticket of `POST /events/tickets`: works once.',
  },
} as const satisfies Record<string, Json>

type Scheme = keyof typeof securitySchemes

/** Headers that say for whom the caller acts. */
const targets = {
  DeviceTarget: {
    name: 'X-Device-ID',
    in: 'header',
    required: false,
    description:
      'The device for which an API key or the operator calls, where the operation is about one device. A token of another device, or a key that the device does not belong to, is answered with `device_not_found`.',
    schema: { type: 'string', format: 'uuid' },
  },
  ApiKeyTarget: {
    name: 'X-API-Key-ID',
    in: 'header',
    required: false,
    description: 'The API key for which the operator calls: its `id`.',
    schema: { type: 'integer', minimum: 1 },
  },
} as const satisfies Record<string, Json>

export const targetParameters: Readonly<Record<string, Json>> = targets

interface Access {
  /** Any one of them is enough. */
  readonly schemes: readonly Scheme[]
  readonly targets: readonly (keyof typeof targets)[]
}

const anyOwner = {
  schemes: ['device', 'api_key', 'admin', 'session'],
  targets: ['DeviceTarget', 'ApiKeyTarget'],
} as const

const accessOf: Readonly<Record<AuthKind, Access>> = {
  none: { schemes: [], targets: [] },
  admin: { schemes: ['admin', 'session'], targets: [] },
  api_key: { schemes: ['api_key', 'admin', 'session'], targets: ['ApiKeyTarget'] },
  device: { schemes: ['device', 'api_key', 'admin', 'session'], targets: ['DeviceTarget'] },
  session: { schemes: ['session'], targets: [] },
  owner: anyOwner,
  reader: { ...anyOwner, schemes: [...anyOwner.schemes, 'ticket'] },
}

/** The credentials of which an operation takes one. */
export const securityOf = (auth: AuthKind): Json[] => accessOf[auth].schemes.map((scheme) => ({ [scheme]: [] }))

/** The headers that go with them. */
export const targetsOf = (auth: AuthKind): Json[] =>
  accessOf[auth].targets.map((name) => ({ $ref: `#/components/parameters/${name}` }))
