import { defineOperation } from '../../kit/define-operation.ts'
import { sessionCookieOf } from './session-shapes.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/console/session',
  auth: 'session',
  anywhere: true,
  summary: 'Sign out of the console',
  description: 'The session ends at once, with the live streams that were opened with it.',
  message: 'Signed out',
  async run(context) {
    const { tenants, principal, callerAddress, setHeader } = context
    await tenants.consoleSessions.close(principal.session, callerAddress)
    setHeader('set-cookie', sessionCookieOf(context, '', 0))
    return undefined
  },
})
