import { z } from 'zod'
import type { Sandbox } from '../driver/sandbox.ts'
import type { FaultRule } from '../server/faults.ts'
import type { Device } from '../world/account.ts'
import { ControlError } from './control-error.ts'
import { parseBody } from './read-json.ts'
import type { Route } from './route.ts'

const code = z.int().min(0).max(999)
const action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('drop') }),
  z.strictObject({ kind: z.literal('delay'), ms: z.int().min(0).max(600_000) }),
  z.strictObject({ kind: z.literal('duplicate') }),
  z.strictObject({ kind: z.literal('reorder') }),
  z.strictObject({ kind: z.literal('corrupt') }),
  z.strictObject({ kind: z.literal('nack'), code }),
  z.strictObject({ kind: z.literal('stream-error'), code }),
  z.strictObject({ kind: z.literal('silence') }),
])
const stanzaFault = z.strictObject({
  device: z.string(),
  direction: z.enum(['in', 'out']),
  tag: z.string().max(32).optional(),
  type: z.string().max(64).optional(),
  xmlns: z.string().max(64).optional(),
  action,
  count: z.int().min(1).max(1_000_000).optional(),
  probability: z.number().min(0).max(1).optional(),
})
const preKeyFault = z.strictObject({ device: z.string(), exhaust_pre_keys: z.boolean() })
const loginFault = z.strictObject({
  device: z.string(),
  fail_logins: z
    .array(z.strictObject({ reason: code, code: code.optional(), expire_seconds: z.int().optional() }))
    .min(1)
    .max(100),
})
const disconnect = z.strictObject({ code })

export const deviceRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/devices/{jid}/disconnect',
    run: ({ sandbox, params, body }) => {
      const wish = parseBody(disconnect, body)
      deviceOf(sandbox, params['jid'] ?? '')
      sandbox.disconnect(params['jid'] ?? '', wish.code)
      return { disconnected: params['jid'], code: wish.code }
    },
  },
  { method: 'POST', path: '/faults', run: ({ sandbox, body }) => arm(sandbox, body) },
  {
    method: 'DELETE',
    path: '/faults',
    run: ({ sandbox }) => {
      sandbox.fault.clear()
      return { cleared: true }
    },
  },
]

function arm(sandbox: Sandbox, body: unknown): { armed: true } {
  const { faults } = sandbox.world
  if (typeof body === 'object' && body !== null && 'exhaust_pre_keys' in body) {
    const wish = parseBody(preKeyFault, body)
    faults.exhaustPreKeys(deviceOf(sandbox, wish.device), wish.exhaust_pre_keys)
  } else if (typeof body === 'object' && body !== null && 'fail_logins' in body) {
    const wish = parseBody(loginFault, body)
    faults.failLogins(deviceOf(sandbox, wish.device), ...wish.fail_logins.map(loginFailure))
  } else {
    const { device, ...rule } = parseBody(stanzaFault, body)
    faults.next(deviceOf(sandbox, device), withoutUndefined(rule))
  }
  return { armed: true }
}

function loginFailure(wish: { reason: number; code?: number | undefined; expire_seconds?: number | undefined }) {
  const { reason, code: detail, expire_seconds: seconds } = wish
  return {
    reason,
    ...(detail === undefined ? {} : { code: detail }),
    ...(seconds === undefined ? {} : { expireSeconds: seconds }),
  }
}

function withoutUndefined(rule: object): FaultRule {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as unknown as FaultRule
}

function deviceOf(sandbox: Sandbox, jid: string): Device {
  const device = sandbox.world.device(jid)
  if (!device) throw new ControlError(404, 'device_not_found', `there is no device ${jid}`)
  return device
}
