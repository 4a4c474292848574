import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { RawAnswer } from '../../kit/define-operation.ts'
import type { Asker, CompatCall, NamedDevice } from '../define-call.ts'
import {
  createNamed,
  type DeviceState,
  ifThere,
  loginOf,
  orUnmade,
  startDevice,
  stateOf,
  unmake,
} from '../device-state.ts'
import { TheirRefusal } from '../their-refusal.ts'
import { toMe } from './message.ts'
import { configOf, SessionConfig, setWebhooks, webhooksIn } from './webhooks.ts'

// Source: https://waha.devlike.pro/docs/how-to/sessions and WAHA, src/api/sessions.controller.ts, src/api/auth.controller.ts, read 2026-07.

const SessionName = z
  .string()
  .min(1)
  .max(54)
  .regex(/^[a-zA-Z0-9_-]+$/, 'takes letters, digits, _ and -')

const CreateSession = z.object({
  name: SessionName.nullish(),
  start: z.boolean().nullish(),
  config: SessionConfig.nullish(),
})

const failed = new Set(['banned', 'replaced', 'outdated', 'blocked'])

/** One of their states of a session. */
const statusOf = ({ connected, linked, state }: DeviceState): string => {
  if (connected) return 'WORKING'
  if (state === 'pairing') return 'SCAN_QR_CODE'
  if (failed.has(state)) return 'FAILED'
  return linked || state === 'connecting' ? 'STARTING' : 'STOPPED'
}

const meOf = ({ services }: Asker, { id }: NamedDevice) => toMe(services.sessions.account(id))

const infoOf = async (asker: Asker, device: NamedDevice) => ({
  name: device.name,
  status: statusOf(await stateOf(asker, device)),
  config: await configOf(asker, device),
  me: meOf(asker, device),
  engine: { engine: 'NOWEB' },
})

/** A device without a name of its own goes by its id. */
const withName = (device: NamedDevice): NamedDevice => ({ ...device, name: device.name || device.id })

const nameIn = (params: Readonly<Record<string, string>>): string => params['session']!

const create = async (asker: Asker, body: z.output<typeof CreateSession>) => {
  const name = body.name ?? `session_${randomUUID().replaceAll('-', '')}`
  const { config } = body
  const webhooks = config ? webhooksIn(asker, name, config) : undefined
  const taken = new TheirRefusal(422, 'name_taken', `Session '${name}' already exists. Use PUT to update it.`)
  const device = await createNamed(asker, name, taken, webhooks)
  return orUnmade(asker, device, async () => {
    if (body.start !== false) await startDevice(asker, device)
    return infoOf(asker, device)
  })
}

const logOut = async (asker: Asker, device: NamedDevice): Promise<void> => {
  if ((await stateOf(asker, device)).linked) await asker.perform(device, 'device.deleteSession')
}

/** Something that is done with a session, after which it is shown. */
const onSession = (
  verb: string,
  asks: CompatCall['asks'],
  act: (asker: Asker, device: NamedDevice) => Promise<void>,
): CompatCall => ({
  method: 'POST',
  path: `/api/sessions/{session}/${verb}`,
  asks,
  mayAsk: ['webhooks.list'],
  status: 201,
  async run(asker, { params }) {
    const device = await asker.device(nameIn(params))
    await act(asker, device)
    return infoOf(asker, device)
  },
})

export const sessionCalls: readonly CompatCall[] = [
  {
    method: 'POST',
    path: '/api/sessions',
    asks: ['deviceRegistration.create', 'deviceRegistration.delete', 'device.getStatus'],
    mayAsk: ['webhooks.create', 'webhooks.list', 'device.login'],
    status: 201,
    body: CreateSession,
    run: (asker, { body }) => create(asker, body),
  },
  {
    // As versions before 2024.9 know it: it creates what is not there.
    method: 'POST',
    path: '/api/sessions/start',
    asks: ['device.login', 'device.reconnect', 'device.getStatus'],
    mayAsk: ['deviceRegistration.create', 'deviceRegistration.delete', 'webhooks.create', 'webhooks.list'],
    status: 201,
    body: CreateSession.extend({ name: SessionName.default('default') }),
    async run(asker, { body }) {
      const device = await ifThere(asker, body.name)
      if (!device) return create(asker, body)
      if (body.config) await setWebhooks(asker, device, body.config)
      await startDevice(asker, device)
      return infoOf(asker, device)
    },
  },
  {
    method: 'GET',
    path: '/api/sessions',
    asks: ['device.getStatus'],
    mayAsk: ['webhooks.list'],
    async run(asker) {
      const devices = (await asker.devices()).map(withName)
      return Promise.all(devices.map((device) => infoOf(asker, device)))
    },
  },
  {
    method: 'GET',
    path: '/api/sessions/{session}',
    asks: ['device.getStatus'],
    mayAsk: ['webhooks.list'],
    run: async (asker, { params }) => infoOf(asker, await asker.device(nameIn(params))),
  },
  {
    method: 'PUT',
    path: '/api/sessions/{session}',
    asks: ['webhooks.create', 'webhooks.list', 'device.getStatus'],
    body: z.object({ config: SessionConfig.nullish() }),
    async run(asker, { params, body }) {
      const device = await asker.device(nameIn(params))
      // A configuration is replaced as a whole, as there. Without one there is nothing to replace.
      if (body.config) await setWebhooks(asker, device, body.config)
      return infoOf(asker, device)
    },
  },
  {
    method: 'DELETE',
    path: '/api/sessions/{session}',
    asks: ['deviceRegistration.delete'],
    async run(asker, { params }) {
      const device = await ifThere(asker, nameIn(params))
      if (device) await unmake(asker, device)
    },
  },
  onSession('start', ['device.login', 'device.reconnect', 'device.getStatus'], startDevice),
  onSession('restart', ['device.reconnect', 'device.login', 'device.getStatus'], async (asker, device) => {
    const { linked } = await stateOf(asker, device)
    if (linked) await asker.perform(device, 'device.reconnect')
    else await startDevice(asker, device)
  }),
  onSession('logout', ['device.deleteSession', 'device.getStatus'], logOut),
  onSession('stop', ['device.getStatus'], async (asker, device) => {
    if (!(await stateOf(asker, device)).linked) return
    throw new AppError('unsupported', 'A device that is linked stays connected: log it out, or remove it')
  }),
  {
    method: 'GET',
    path: '/api/sessions/{session}/me',
    asks: ['device.getStatus'],
    async run(asker, { params }) {
      const device = await asker.device(nameIn(params))
      return (await stateOf(asker, device)).connected ? meOf(asker, device) : null
    },
  },
  {
    method: 'GET',
    path: '/api/{session}/auth/qr',
    asks: ['device.login'],
    async run(asker, { params, query }) {
      const login = await loginOf(asker, await asker.device(nameIn(params)))
      if (!login) throw new TheirRefusal(422, 'already_linked', 'The session is working: there is no code to scan')
      if (query['format'] === 'raw') return { value: login.qr_text }
      const data = login.qr_code.slice(login.qr_code.indexOf(',') + 1)
      if (/application\/json/.test(asker.header('accept') ?? '')) return { mimetype: 'image/png', data }
      return new RawAnswer('image/png', Buffer.from(data, 'base64'), { 'cache-control': 'no-store' })
    },
  },
  {
    method: 'POST',
    path: '/api/{session}/auth/request-code',
    asks: ['device.loginCode'],
    status: 201,
    body: z.object({ phoneNumber: z.string().max(100) }),
    names: { 'body.phone': 'phoneNumber' },
    async run(asker, { params, body }) {
      const device = await asker.device(nameIn(params))
      const { data } = await asker.perform(device, 'device.loginCode', { body: { phone: body.phoneNumber } })
      if (data === undefined) throw new TheirRefusal(422, 'already_linked', 'The session is working: it needs no code')
      return { code: (data as { pair_code: string }).pair_code }
    },
  },
]
