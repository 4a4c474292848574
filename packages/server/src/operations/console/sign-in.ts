import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { words } from '../../schemas/text.ts'
import { checkSameSite } from '../../tenants/check-origin.ts'
import { SignedIn, sessionCookieOf, signedIn } from './session-shapes.ts'

const longestCredential = 5000

export default defineOperation({
  method: 'POST',
  path: '/console/session',
  auth: 'none',
  summary: 'Sign in to the console',
  description:
    'Takes the admin secret, an API key, an access key or a device token, and sets a cookie (`switchboard_session`: HttpOnly, SameSite=Strict, Secure when the request came by https) with which every operation can be called that the credential may call. It works for pages of this server alone, and needs the header `X-Requested-With: switchboard` for everything but GET and HEAD. The session ends after 12 hours, with `DELETE /console/session`, and with the credential. A wrong credential is answered after a second.',
  body: z.object({
    credential: words(longestCredential).meta({
      description: 'Admin secret, API key, access key or device token: its form says which.',
      examples: [`wam_${'0f'.repeat(14)}`],
    }),
  }),
  response: SignedIn,
  status: 201,
  message: 'Signed in',
  errors: ['origin_not_allowed', 'unauthorized', 'access_key_expired', 'forbidden_network', 'rate_limited'],
  async run(context, { body }) {
    const { tenants, callerAddress, clock, setHeader, baseUrl } = context
    // Another site must not sign somebody in as whom it likes.
    const [origin, site] = ['origin', 'sec-fetch-site'].map((name) => context.requestHeader(name))
    checkSameSite({ origin, site }, baseUrl)
    const { cookie, session } = await tenants.consoleSessions.open(body.credential, { from: callerAddress })
    const seconds = Math.ceil((session.endsAt - clock.now()) / 1000)
    setHeader('set-cookie', sessionCookieOf(context, cookie, seconds))
    return signedIn(context, session)
  },
})
