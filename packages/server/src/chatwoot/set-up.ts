import { AppError } from '../errors/app-error.ts'
import { ChatwootError } from './chatwoot-error.ts'
import type { ChatwootClient } from './client.ts'
import type { ChatwootInbox } from './shapes.ts'

/** Why Chatwoot did not do what its owner asked for, in words for people. @param missing what it means that something is not there */
export function refusalOf(error: unknown, missing: 'account_not_found' | 'inbox_not_found'): unknown {
  if (!(error instanceof ChatwootError)) return error
  if (error.fault === 'away') return new AppError('chatwoot_unreachable', error.message, { cause: error })
  const reason = { refused: 'token_refused', missing, invalid: 'invalid' }[error.fault]
  return new AppError('chatwoot_refused', error.message, { cause: error, details: { reason } })
}

/** Asks for something, and refuses in the words of the catalogue. */
const asked = <Answer>(answer: Promise<Answer>, missing: Parameters<typeof refusalOf>[1]): Promise<Answer> =>
  answer.catch((error) => Promise.reject(refusalOf(error, missing)))

const kind = 'Channel::Api'

/** Every Chatwoot has profiles. */
const notChatwoot = (error: unknown): AppError | undefined =>
  error instanceof ChatwootError && error.fault === 'missing'
    ? new AppError('chatwoot_unreachable', 'What answers there is not Chatwoot', { cause: error })
    : undefined

/** The inbox that is named, or a new one, which calls this address. @param check throws when the inbox is not to be had
 *  @throws AppError chatwoot_refused | chatwoot_unreachable */
export async function inboxFor(
  client: ChatwootClient,
  wanted: { readonly id: number } | { readonly name: string },
  webhookUrl: string,
  check: (inboxId: number) => Promise<void>,
): Promise<ChatwootInbox> {
  await client.profile().catch((error) => Promise.reject(notChatwoot(error) ?? refusalOf(error, 'account_not_found')))
  const inbox =
    'id' in wanted
      ? await asked(client.inbox(wanted.id), 'inbox_not_found')
      : (await asked(client.inboxes(), 'account_not_found')).find(
          ({ name, channel_type }) => name === wanted.name && channel_type === kind,
        )
  if (!inbox) return asked(client.createInbox((wanted as { name: string }).name, webhookUrl), 'account_not_found')
  if (inbox.channel_type !== kind) {
    const words = `The inbox is of the kind ${inbox.channel_type}, and must be ${kind}`
    throw new AppError('chatwoot_refused', words, { details: { reason: 'inbox_of_another_kind' } })
  }
  await check(inbox.id)
  await asked(client.setWebhook(inbox.id, webhookUrl), 'inbox_not_found')
  return inbox
}
