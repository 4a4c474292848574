import type { Address } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { Context } from '../kit/context.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import { resolvePeople } from './resolve-people.ts'

/** Both addresses of a person: WhatsApp blocks by LID. @throws AppError not_on_whatsapp */
export async function blockable(
  caller: Pick<Context<DevicePrincipal>, 'addresses' | 'sessions' | 'principal'>,
  person: string,
): Promise<Address> {
  const { found } = await resolvePeople(caller, [person])
  if (!found[0]) throw new AppError('not_on_whatsapp')
  return found[0]
}
