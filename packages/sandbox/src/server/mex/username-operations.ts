import type { Account } from '../../world/account.ts'
import { isUsername } from '../../world/people/username.ts'
import { announceUsername } from '../notifications/people.ts'
import { mexRefusals } from './mex-error.ts'
import type { MexOperation } from './mex-operation.ts'

// Seen in one client: zapo WaProfileCoordinator.ts and spec/mex.

/** The own user name, and the key that goes with it. */
export const getUsername: MexOperation = ({ from: { account } }) => {
  const { username } = account
  if (!username) throw mexRefusals.notFound()
  return { xwa2_username_get: { username_info: { username: username.name, state: 'SET', pin: username.key ?? null } } }
}

/** Takes another user name, or, without `input`, none. Somebody else's is refused by the result. */
export const setUsername: MexOperation = ({ world, from, variables }) => {
  const { input } = variables
  const { account } = from
  const before = account.username
  if (input === undefined || input === null) {
    account.username = undefined
    if (before) announceUsername(world, from, before)
    return answered('SUCCESS')
  }
  if (typeof input !== 'string' || !isUsername(input)) return answered('INVALID')
  const owner = world.named(input)
  if (owner && owner !== account) return answered('TAKEN')
  account.username = { name: input, ...keyOf(account) }
  announceUsername(world, from, before)
  return answered('SUCCESS')
}

const keyOf = ({ username }: Account) => (username?.key === undefined ? {} : { key: username.key })
const answered = (result: string) => ({ xwa2_username_set: { result } })

/** Sets the key that who looks the name up must know; without `pin` nobody needs any. The names of the variables are inferred. */
export const setUsernameKey: MexOperation = ({ from: { account }, variables }) => {
  const { pin } = variables
  const { username } = account
  if (!username || (pin !== undefined && !/^\d{4}$/.test(String(pin)))) throw mexRefusals.badRequest()
  account.username = { name: username.name, ...(pin === undefined ? {} : { key: String(pin) }) }
  return { xwa2_username_pin_set: { result: 'SUCCESS' } }
}
