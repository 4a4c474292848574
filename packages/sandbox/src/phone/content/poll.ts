import { type Message, type PollCreationMessage, PollVoteMessage, pollOf } from '../../wire/proto/index.ts'
import type { Addressing } from '../../world/address.ts'
import { sha256 } from '../media/seal-media.ts'
import type { ContentKind } from './content-kind.ts'
import { innerMessage } from './inner-message.ts'
import { authorName, authorOf, entryIn, entryOf, keyOf } from './message-keys.ts'
import { openWithSecret, sealWithSecret } from './message-secret.ts'

export interface PollWish {
  readonly question: string
  readonly options: readonly string[]
  /** How many may be chosen; 0 (the default) is any number. */
  readonly max_choices?: number
  /** The right answer: it is a quiz then. */
  readonly correct?: string
  /** Until when votes count, Unix ms. */
  readonly ends_at?: number
  /** Nobody learns who chose what. */
  readonly hide_voters?: boolean
}

export interface VoteWish {
  /** Id of the poll. */
  readonly poll: string
  /** Names of options; none takes the vote back. */
  readonly options: readonly string[]
  /** How the vote names the two people in its key: other clients do it differently from this phone. The author may come with a device number. */
  readonly named?: { readonly author?: Addressing; readonly voter?: Addressing; readonly author_device?: number }
}

const quiz = 1

const optionsOf = (poll: PollCreationMessage): string[] =>
  (poll.options ?? []).map(({ optionName }) => optionName ?? '')

/** A poll. One choice is version 3, more are version 1 (baileys messages.js), a quiz is version 5, and version 6 ends or hides who voted (WhatsApp Web, its
 *  poll creation parser); its message secret seals the votes. */
export const poll: ContentKind<PollWish> = {
  name: 'poll',
  compose: (_scene, { question, options, max_choices: most = 0, correct, ends_at, hide_voters }) => {
    const max_choices = correct === undefined ? most : 1
    if (options.length < 2 || options.length > 12) throw new Error('a poll has 2 to 12 options')
    if (new Set(options).size !== options.length) throw new Error('two options of the poll are the same')
    if (correct !== undefined && !options.includes(correct))
      throw new Error('the right answer is no option of the poll')
    if (max_choices < 0 || max_choices > options.length) throw new Error(`max_choices is 0 to ${options.length}`)
    const made: PollCreationMessage = {
      name: question,
      options: options.map((optionName) => ({ optionName })),
      selectableOptionsCount: max_choices,
      ...(correct === undefined ? {} : { pollType: quiz, correctAnswer: { optionName: correct } }),
      ...(ends_at === undefined ? {} : { endTime: ends_at }),
      ...(hide_voters ? { hideParticipantName: true } : {}),
    }
    if (ends_at !== undefined || hide_voters) return { pollCreationMessageV6: made }
    if (correct !== undefined) return { pollCreationMessageV5: made }
    return max_choices === 1 ? { pollCreationMessageV3: made } : { pollCreationMessage: made }
  },
  read: (message) => {
    const it = pollOf(message)
    if (!it) return undefined
    const { name: question = '', selectableOptionsCount: max_choices = 0 } = it
    const { correctAnswer, endTime, hideParticipantName } = it
    return {
      kind: 'poll',
      text: question,
      details: {
        ...{ question, options: optionsOf(it), max_choices },
        ...(correctAnswer?.optionName === undefined ? {} : { correct: correctAnswer.optionName }),
        ...(endTime === undefined ? {} : { ends_at: endTime }),
        ...(hideParticipantName ? { hide_voters: true } : {}),
      },
    }
  },
}

/** A vote: the hashes of the chosen options, sealed with the poll's secret. Seen in two clients (whatsmeow msgsecret.go, baileys process-message.js). */
export const vote: ContentKind<VoteWish> = {
  name: 'vote',
  compose: (scene, wish) => {
    const entry = entryOf(scene, wish.poll)
    const inner = innerMessage(entry.message)
    const asked = pollOf(inner)
    const secret = secretOf(entry.message)
    if (!asked || !secret) throw new Error(`${wish.poll} is not a poll with a secret`)
    const unknown = wish.options.find((option) => !optionsOf(asked).includes(option))
    if (unknown !== undefined) throw new Error(`the poll has no option ${unknown}`)
    const most = asked.selectableOptionsCount || Number.POSITIVE_INFINITY
    if (wish.options.length > most) throw new Error(`the poll allows ${most} choices`)
    const { ctx, addressing } = scene
    const { author, voter, author_device } = wish.named ?? {}
    const named = {
      ...{ author: author ?? entry.addressing, by: voter ?? addressing },
      ...(author_device === undefined ? {} : { authorDevice: author_device }),
    }
    const selectedOptions = wish.options.map((option) => sha256(Buffer.from(option)))
    const parties = { id: entry.id, author: authorOf(ctx, entry), by: ctx.account }
    return {
      pollUpdateMessage: {
        pollCreationMessageKey: keyOf(scene, entry),
        vote: sealWithSecret('Poll Vote', secret, parties, named, PollVoteMessage.encode({ selectedOptions })),
        senderTimestampMs: ctx.world.clock.now(),
      },
    }
  },
  read: ({ pollUpdateMessage: it }) =>
    it && {
      kind: 'vote',
      ...(it.pollCreationMessageKey?.id ? { targetId: it.pollCreationMessageKey.id } : {}),
    },
  apply: (ctx, entry, { pollUpdateMessage: it }) => {
    const target = entryIn(ctx, entry.chatLid, it?.pollCreationMessageKey?.id)
    const asked = target && pollOf(innerMessage(target.message))
    const secret = target && secretOf(target.message)
    if (!target || !asked || !secret) return
    const parties = { id: target.id, author: authorOf(ctx, target), by: authorOf(ctx, entry) }
    const opened = openWithSecret('Poll Vote', secret, parties, it?.vote ?? {})
    if (!opened) {
      ctx.violation('poll_vote', `vote ${entry.id} cannot be opened with the secret of poll ${target.id}`)
      return
    }
    const chosen = (PollVoteMessage.decode(opened).selectedOptions ?? []).map((hash) =>
      Buffer.from(hash).toString('hex'),
    )
    const names = optionsOf(asked).filter((option) =>
      chosen.includes(Buffer.from(sha256(Buffer.from(option))).toString('hex')),
    )
    if (names.length !== chosen.length)
      ctx.violation('poll_vote', `vote ${entry.id} is for an option that poll ${target.id} has not`)
    target.votes = { ...target.votes, [authorName(ctx, entry)]: names }
    ctx.chats.touch(target)
  },
}

/** The secret that came with a message, inside or outside of its wrappers. */
export function secretOf(message: Message): Uint8Array | undefined {
  return message.messageContextInfo?.messageSecret ?? innerMessage(message).messageContextInfo?.messageSecret
}
