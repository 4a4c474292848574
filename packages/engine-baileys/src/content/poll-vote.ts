import { EngineError, type SealedParties } from '@switchboard/engine'
import type { Message, PollUpdateMessage } from '../generated/messages.ts'
import { unlessMalformed } from '../proto/codec.ts'
import { Message as codec, PollVote } from '../proto/message.ts'
import { defineKind } from './content-kind.ts'
import { about, hex, keyOf } from './fields.ts'
import { openWithSecret, sealDraft, secretOf } from './message-secret.ts'
import { pollIn, pollView } from './poll.ts'
import { unwrap } from './unwrap.ts'

/** Votes are sealed when they leave: the key names both people in the words of the chat, which are known only then. Until then the vote stands in the open,
 *  without a nonce, and the secret of the poll next to it. */
const isDraft = ({ vote }: PollUpdateMessage, { messageContextInfo }: Message): boolean =>
  vote?.encPayload !== undefined && !vote.encIv && messageContextInfo?.messageSecret !== undefined

const chosenIn = (payload: Uint8Array): string[] =>
  (PollVote.decode(payload).selectedOptions ?? []).map((hash) => hex(hash) ?? '')

export const pollVote = defineKind({
  type: 'poll_vote',
  fields: ['pollUpdateMessage'],
  compose({ target, poll: bytes, options }, { chat, now }) {
    const poll = pollIn(codec.decode(bytes))
    if (!poll?.secret) throw new EngineError('invalid_argument', 'the secret of the poll is not known here')
    const asked = pollView(poll.value)
    const hashes = options.map((option) => asked.hashes[asked.options.indexOf(option)])
    if (hashes.includes(undefined)) throw new EngineError('invalid_argument', 'the poll has no such option')
    if (new Set(options).size !== options.length) throw new EngineError('invalid_argument', 'an option is named twice')
    if (asked.selectable > 0 && options.length > asked.selectable) {
      throw new EngineError('invalid_argument', `the poll allows ${asked.selectable} of its options`)
    }
    if (asked.endsAt !== undefined && asked.endsAt <= now) {
      throw new EngineError('invalid_argument', 'the poll has ended')
    }
    const encPayload = PollVote.encode({ selectedOptions: hashes.map((hash) => Buffer.from(hash!, 'hex')) })
    return {
      pollUpdateMessage: {
        pollCreationMessageKey: keyOf(target, chat),
        vote: { encPayload },
        senderTimestampMs: now,
      },
      messageContextInfo: { messageSecret: poll.secret },
    }
  },
  describe: (value, message) => ({
    ...about(value.pollCreationMessageKey),
    ...(isDraft(value, message) ? { chosen: chosenIn(value.vote!.encPayload!) } : {}),
  }),
  stanzaType: 'poll',
  marks: () => ({ hidden: true, meta: { polltype: 'vote' } }),
})

/** A vote as it leaves; any other message stays as it is. Seen in: whatsmeow msgsecret.go, baileys process-message.js.
 *  @param chat address of the chat as the stanza has it. @param own the own address of that kind */
export function sealVote(message: Message, chat: string, own: string): Message {
  const { pollUpdateMessage: value, ...others } = message
  if (!value || !isDraft(value, message)) return message
  const parties = { key: value.pollCreationMessageKey, chat, own }
  const { sealed, rest } = sealDraft('Poll Vote', others, parties, value.vote!.encPayload!)
  return { ...rest, pollUpdateMessage: { ...value, vote: sealed } }
}

/** What a sealed vote chooses: hashes, hexadecimal. Bytes that are no vote, no poll or not sealed for it open nothing. */
export const openVote = (vote: Uint8Array, poll: Uint8Array, parties: SealedParties): string[] | undefined =>
  unlessMalformed(() => {
    const secret = secretOf(codec.decode(poll))
    const sealed = unwrap(codec.decode(vote)).message.pollUpdateMessage?.vote
    const opened = secret && sealed && openWithSecret('Poll Vote', secret, parties, sealed)
    return opened && chosenIn(opened)
  })
