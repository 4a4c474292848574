import type { Account } from '../../world/account.ts'
import type { Newsletter } from '../../world/newsletters/newsletter.ts'
import { isOwner, mayRun } from '../../world/newsletters/newsletter-rules.ts'
import { mexRefusals } from './mex-error.ts'
import { type MexRequest, text } from './mex-operation.ts'

/** The channel that `newsletter_id` names. @throws MexError 400, 404 */
export function newsletterOf({ world, variables }: Pick<MexRequest, 'world' | 'variables'>): Newsletter {
  const newsletter = world.newsletters.get(text(variables['newsletter_id']))
  if (!newsletter) throw mexRefusals.notFound()
  return newsletter
}

/** The same, for those who run it. @throws MexError 403 too */
export function newsletterRunBy(request: MexRequest): Newsletter {
  const newsletter = newsletterOf(request)
  if (!mayRun(newsletter, request.from.account)) throw mexRefusals.forbidden()
  return newsletter
}

/** The same, for its owner. @throws MexError 403 too */
export function newsletterOwnedBy(request: MexRequest): Newsletter {
  const newsletter = newsletterOf(request)
  if (!isOwner(newsletter, request.from.account)) throw mexRefusals.forbidden()
  return newsletter
}

/** The person that `user_id` names. @throws MexError 400, 404 */
export function userOf({ world, variables }: MexRequest): Account {
  const user = world.account(text(variables['user_id']))
  if (!user) throw mexRefusals.notFound()
  return user
}
