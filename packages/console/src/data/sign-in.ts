import { go, href, move } from '../app/router.ts'
import { api } from './api.ts'
import { forgetAll } from './query.ts'
import { type Session, session, sessionEnded } from './session.ts'

type Answer = Awaited<ReturnType<typeof api.console.getSession>>

/** An access key is the customer or the device that it belongs to, and may do less. */
const kindOf = ({ kind, device_id }: Pick<Answer, 'kind' | 'device_id'>): Session['kind'] => {
  if (kind === 'admin') return 'operator'
  return device_id === null ? 'customer' : 'device'
}

const sessionOf = ({ kind, customer_name, device_name, api_key_id, device_id, scopes, sandbox }: Answer): Session => ({
  kind: kindOf({ kind, device_id }),
  ...((device_name || customer_name) && { name: device_name || customer_name! }),
  ...(api_key_id !== null && { apiKeyId: String(api_key_id) }),
  ...(device_id !== null && { deviceId: device_id }),
  scopes,
  isAccessKey: kind === 'access_key',
  sandbox,
})

/** Exchanges a credential for a session: a cookie that no script can read. @throws SwitchboardError */
export const signIn = async (credential: string): Promise<void> => {
  const answer = await api.console.signIn({ body: { credential } })
  forgetAll()
  // What had the focus is gone.
  move()
  sessionEnded.value = false
  session.value = sessionOf(answer)
}

/** The session of before, when the browser still has one. */
export const resumeSession = async (): Promise<void> => {
  try {
    session.value = sessionOf(await api.console.getSession())
  } catch {
    session.value = null
  }
}

/** Ends the session here and on the server. */
export const signOut = async (): Promise<void> => {
  try {
    await api.console.signOut()
  } finally {
    forgetAll()
    session.value = null
    go(href([], { customer: undefined, device: undefined }))
  }
}
