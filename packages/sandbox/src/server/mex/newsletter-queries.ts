import { mayRun } from '../../world/newsletters/newsletter-rules.ts'
import { newsletterJson } from '../newsletters/newsletter-json.ts'
import { mexRefusals } from './mex-error.ts'
import { type MexOperation, type MexRequest, record, text } from './mex-operation.ts'
import { newsletterOf } from './newsletter-of.ts'

/** By JID or by invite code. Seen in two clients (whatsmeow getNewsletterInfo, baileys newsletterMetadata). */
export const fetchNewsletter: MexOperation = ({ world, from, variables }) => {
  const input = record(variables['input'])
  const key = text(input['key'])
  const byInvite = String(input['type'] ?? 'JID').toUpperCase() === 'INVITE'
  const newsletter = byInvite ? world.newsletters.byCode(key) : world.newsletters.get(key)
  if (!newsletter) throw mexRefusals.notFound()
  const viewer = variables['fetch_viewer_metadata'] === false ? undefined : from.account
  return { xwa2_newsletter: newsletterJson(newsletter, viewer) }
}

/** Channels that the account follows or runs. Seen in two clients (whatsmeow GetSubscribedNewsletters, zapo). */
export const fetchSubscribed: MexOperation = ({ world, from }) => ({
  xwa2_newsletter_subscribed: world.newsletters.of(from.account).map((one) => newsletterJson(one, from.account)),
})

/** Who follows, for those who run it. One client (zapo). */
export const fetchFollowers: MexOperation = (request) => ({
  xwa2_newsletter_followers: { followers: { edges: followers(request) } },
})

/** The same under an older name. One client (whatsmeow, in a comment). */
export const fetchSubscribers: MexOperation = (request) => ({
  xwa2_newsletter_subscribers: { subscribers: { edges: followers(request) } },
})

function followers({ world, from, variables }: MexRequest): object[] {
  const input = record(variables['input'])
  const newsletter = newsletterOf({ world, variables: input })
  if (!mayRun(newsletter, from.account)) throw mexRefusals.forbidden()
  const count = Number(input['count'] ?? 50)
  return [...newsletter.members].slice(0, count).flatMap(([lid, member]) => {
    const account = world.account(`${lid}@lid`)
    if (!account) return []
    const node = { id: `${lid}@lid`, pn: `${account.phone}@s.whatsapp.net`, display_name: account.pushName }
    const follow_time = String(Math.floor(member.since / 1000))
    return [{ node, follow_time, role: member.role.toUpperCase() }]
  })
}

/** Who reacted with what, for those who run it. One client (zapo). */
export const fetchReactionSenders: MexOperation = ({ world, from, variables }) => {
  const input = record(variables['input'])
  const newsletter = newsletterOf({ world, variables: { newsletter_id: input['id'] } })
  if (!mayRun(newsletter, from.account)) throw mexRefusals.forbidden()
  const message = newsletter.messages.get(Number(input['server_id']))
  if (!message) throw mexRefusals.notFound()
  const byCode = Map.groupBy(message.reactions, ([, code]) => code)
  const reactions = [...byCode].map(([reaction_code, senders]) => ({
    reaction_code,
    sender_list: { edges: senders.map(([lid]) => ({ node: { id: `${lid}@lid`, profile_pic_direct_path: '' } })) },
  }))
  return { xwa2_newsletters_reaction_sender_list: { reactions } }
}
