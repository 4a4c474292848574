import { z } from 'zod'
import type { Sandbox } from '../driver/sandbox.ts'
import type { Phone } from '../phone/phone.ts'
import { statusChat } from '../phone/status/status-outbox.ts'
import { ControlError } from './control-error.ts'
import type { ControlRequest } from './route.ts'

export const digits = z
  .string()
  .transform((text) => text.replace(/^\+/, ''))
  .pipe(z.string().regex(/^[1-9]\d{6,14}$/, 'must be a phone number with country code, digits only'))
export const numbers = z.array(digits).max(20)

/** @throws ControlError phone_exists when a number, or an alias, is somebody else's */
export function requireFree(sandbox: Sandbox, wanted: readonly (string | undefined)[], own?: Phone): void {
  for (const number of wanted) {
    const owner = number && sandbox.world.sought({ user: number, server: 's.whatsapp.net' })
    if (owner && owner !== own?.account) throw new ControlError(409, 'phone_exists', `${number} exists already`)
  }
}

/** @throws ControlError 404 */
export function phoneOf({ sandbox, params }: ControlRequest): Phone {
  const phone = sandbox.findPhone(params['id'] ?? '')
  if (!phone) throw new ControlError(404, 'phone_not_found', `there is no phone ${params['id']}`)
  return phone
}

/** @throws ControlError 404 when nobody has that address */
export function person({ sandbox }: ControlRequest, who: string): void {
  if (sandbox.world.groups.get(who) || sandbox.world.newsletters.get(who) || who === statusChat) return
  const account = sandbox.world.account(who.trim().replace(/^\+/, ''))
  if (!account) throw new ControlError(404, 'recipient_not_found', `nobody in this world is ${who}`)
}

/** Without the fields that are undefined: optional fields here are absent, never undefined. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}
