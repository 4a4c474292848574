import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { Phone } from '../../schemas/phone.ts'
import type { Asker, CompatCall, NamedDevice } from '../define-call.ts'
import { createNamed, type DeviceState, loginOf, orUnmade, startDevice, stateOf, unmake } from '../device-state.ts'
import { ownJid } from '../own-address.ts'
import { TheirRefusal } from '../their-refusal.ts'
import {
  hiddenHeaders,
  type Registered,
  registration,
  registrationIn,
  setWebhook,
  webhookOf,
  webhooksIn,
} from './webhooks.ts'

// Source: Evolution API v2, src/api/controllers/instance.controller.ts and src/api/routes/instance.router.ts, read 2026-07.

const integration = 'WHATSAPP-BAILEYS'

const CreateInstance = z.looseObject({
  instanceName: z.string().trim().min(1).max(100),
  qrcode: z.boolean().nullish(),
  number: z.string().max(100).nullish(),
  token: z.string().nullish(),
  integration: z.string().nullish(),
  groupsIgnore: z.boolean().nullish(),
  ...registration,
})

type CreateInstance = z.output<typeof CreateInstance>

/** Settings of instances that nothing here follows. */
const settings = [
  ...['rejectCall', 'msgCall', 'alwaysOnline', 'readMessages', 'readStatus', 'syncFullHistory', 'wavoipToken'],
  ...['rabbitmq', 'sqs', 'websocket', 'nats', 'chatwootAccountId', 'chatwoot_account_id', 'token'],
]

/** What is given and not followed. `groupsIgnore` is a part of the webhook here. */
const unfollowed = (body: CreateInstance, registered: Registered | undefined): string[] => [
  ...settings.filter((name) => body[name]),
  ...(body.groupsIgnore && !registered ? ['groupsIgnore'] : []),
]

/** @throws AppError what would be refused once the instance is made */
const checkInstance = (body: CreateInstance): void => {
  if (body.integration && body.integration !== integration)
    throw new AppError('unsupported', `integration: only ${integration} is supported`)
  // Whoever wants a proxy must not connect without it.
  if (body['proxyHost'] || body['proxy'])
    throw new AppError('unsupported', 'proxyHost: is not taken here; POST /devices/me/proxy sets that of a device')
  if (body.qrcode && body.number && !Phone.safeParse(body.number).success)
    throw new AppError('invalid_phone', 'number: is no international phone number')
}

const webhookShown = (registered: Registered | undefined) => ({
  ...{ webhookUrl: registered?.url, webhookHeaders: registered?.headers && hiddenHeaders(registered.headers) },
  ...{ webhookByEvents: registered?.byEvents, webhookBase64: registered?.base64 },
})

const stateName = ({ connected, linked, state }: DeviceState): string => {
  if (connected) return 'open'
  return linked || state === 'pairing' || state === 'connecting' ? 'connecting' : 'close'
}

const instanceIn = (asker: Asker, params: Readonly<Record<string, string>>): Promise<NamedDevice> =>
  asker.device(params['instance']!)

const success = (message: string) => ({ status: 'SUCCESS', error: false, response: { message } })

/** The code by which an instance is linked: to scan, or for a number. Undefined when it is linked. */
const codeOf = async (asker: Asker, device: NamedDevice, number: string | null | undefined) => {
  if (!number) {
    const login = await loginOf(asker, device)
    return login && { pairingCode: null, code: login.qr_text, base64: login.qr_code, count: 1 }
  }
  const { data } = await asker.perform(device, 'device.loginCode', { body: { phone: number } })
  const code = (data as { pair_code: string } | undefined)?.pair_code.replace('-', '')
  return code === undefined ? undefined : { pairingCode: code, code: null, base64: null, count: 1 }
}

const create = async (asker: Asker, body: CreateInstance) => {
  const { instanceName, qrcode, number, groupsIgnore } = body
  const registered = registrationIn(body)
  checkInstance(body)
  const about = { asker, instance: instanceName, groupsIgnore: groupsIgnore ?? undefined }
  const webhooks = registered ? webhooksIn({ ...about, registered }) : undefined
  const taken = new TheirRefusal(403, 'name_taken', `This name "${instanceName}" is already in use.`)
  const { token, ...device } = await createNamed(asker, instanceName, taken, webhooks)
  // Tokens are made here: who chose one must use the answered one.
  const ignored = unfollowed(body, registered)
  if (ignored.length > 0) asker.setHeader('x-switchboard-ignored', ignored.join(', '))
  return orUnmade(asker, device, async () => {
    const code = qrcode ? await codeOf(asker, device, number) : undefined
    return {
      instance: {
        ...{ instanceName, instanceId: device.id, integration, webhookWaBusiness: null, accessTokenWaBusiness: '' },
        status: stateName(await stateOf(asker, device)),
      },
      hash: token,
      webhook: webhookShown(registered),
      settings: {},
      ...(code && { qrcode: code }),
    }
  })
}

const stateOfInstance = async (asker: Asker, device: NamedDevice) => ({
  instance: { instanceName: device.name, state: stateName(await stateOf(asker, device)) },
})

const entryOf = async (asker: Asker, device: NamedDevice) => {
  const account = asker.services.sessions.account(device.id)
  const owner = ownJid(account) ?? null
  return {
    ...{ id: device.id, name: device.name, connectionStatus: stateName(await stateOf(asker, device)) },
    ...{ ownerJid: owner, profileName: account?.pushName ?? null, profilePicUrl: null, integration },
    ...{ number: owner?.replace(/@.*/, '') ?? null, token: null },
  }
}

const restart = async (asker: Asker, device: NamedDevice) => {
  if ((await stateOf(asker, device)).linked) await asker.perform(device, 'device.reconnect')
  else await startDevice(asker, device)
  return stateOfInstance(asker, device)
}

const restarts = (method: 'POST' | 'PUT'): CompatCall => ({
  method,
  path: '/instance/restart/{instance}',
  asks: ['device.reconnect', 'device.login', 'device.getStatus'],
  run: async (asker, { params }) => restart(asker, await instanceIn(asker, params)),
})

export const instanceCalls: readonly CompatCall[] = [
  {
    method: 'POST',
    path: '/instance/create',
    asks: ['deviceRegistration.create', 'deviceRegistration.delete', 'device.getStatus'],
    mayAsk: ['device.login', 'device.loginCode', 'webhooks.create'],
    status: 201,
    body: CreateInstance,
    names: { 'body.device_name': 'instanceName', 'body.phone': 'number' },
    run: (asker, { body }) => create(asker, body),
  },
  {
    method: 'GET',
    path: '/instance/connect/{instance}',
    asks: ['device.login', 'device.getStatus'],
    mayAsk: ['device.loginCode'],
    names: { 'body.phone': 'number' },
    async run(asker, { params, query }) {
      const device = await instanceIn(asker, params)
      return (await codeOf(asker, device, query['number'])) ?? stateOfInstance(asker, device)
    },
  },
  {
    method: 'GET',
    path: '/instance/connectionState/{instance}',
    asks: ['device.getStatus'],
    run: async (asker, { params }) => stateOfInstance(asker, await instanceIn(asker, params)),
  },
  {
    method: 'GET',
    path: '/instance/fetchInstances',
    asks: ['device.getStatus'],
    async run(asker, { query }) {
      const named = query['instanceName'] ?? query['instanceId']
      const devices = named === undefined ? await asker.devices() : [await asker.device(named)]
      return Promise.all(devices.map(({ id, name }) => entryOf(asker, { id, name: name || id })))
    },
  },
  {
    method: 'DELETE',
    path: '/instance/logout/{instance}',
    asks: ['device.deleteSession', 'device.getStatus'],
    async run(asker, { params }) {
      const device = await instanceIn(asker, params)
      if (!(await stateOf(asker, device)).linked)
        throw new TheirRefusal(400, 'device_not_linked', `The "${device.name}" instance is not connected`)
      await asker.perform(device, 'device.deleteSession')
      return success('Instance logged out')
    },
  },
  {
    method: 'DELETE',
    path: '/instance/delete/{instance}',
    asks: ['deviceRegistration.delete'],
    async run(asker, { params }) {
      await unmake(asker, await instanceIn(asker, params))
      return success('Instance deleted')
    },
  },
  restarts('POST'),
  restarts('PUT'),
  {
    method: 'POST',
    path: '/webhook/set/{instance}',
    asks: ['webhooks.create', 'webhooks.list'],
    status: 201,
    body: z.object(registration),
    async run(asker, { params, body }) {
      const device = await instanceIn(asker, params)
      const registered = registrationIn(body)
      if (!registered) throw new AppError('invalid_request', 'webhook.url: is missing')
      await setWebhook(device, { asker, registered })
      return webhookOf(asker, device)
    },
  },
  {
    method: 'GET',
    path: '/webhook/find/{instance}',
    asks: ['webhooks.list'],
    run: async (asker, { params }) => webhookOf(asker, await instanceIn(asker, params)),
  },
]
