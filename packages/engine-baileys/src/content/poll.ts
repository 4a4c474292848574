import { createHash, randomBytes } from 'node:crypto'
import { EngineError, type PollContent, type PollView } from '@switchboard/engine'
import type { Message, PollCreationMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { about, instant, present } from './fields.ts'
import { secretOf } from './message-secret.ts'
import { changeContent, unwrap } from './unwrap.ts'

/** Phones offer no more. */
const maxOptions = 12
const quiz = 1
const withImages = 2

const versions = [
  ...(['pollCreationMessage', 'pollCreationMessageV2', 'pollCreationMessageV3'] as const),
  ...(['pollCreationMessageV5', 'pollCreationMessageV6'] as const),
]

/** A poll without its wrappers. */
export interface Poll {
  readonly value: PollCreationMessage
  /** Votes are sealed with it. Posts of channels have none: votes in them are in the open. */
  readonly secret: Uint8Array | undefined
}

/** The poll in a message of whichever version. */
export function pollIn(outer: Message): Poll | undefined {
  const { message } = unwrap(outer)
  const version = versions.find((field) => message[field])
  return version && { value: message[version]!, secret: secretOf(outer) }
}

/** The poll in a message changed, in whatever wrappers it is. Undefined when there is none. */
export function changePoll(
  outer: Message,
  change: (poll: PollCreationMessage) => PollCreationMessage,
): Message | undefined {
  const { message } = unwrap(outer)
  const version = versions.find((field) => message[field])
  if (!version) return undefined
  return changeContent(outer, (content) => ({ ...content, [version]: change(content[version] ?? {}) }))
}

export const poll = defineKind({
  type: 'poll',
  fields: versions,
  compose(content, { chat }) {
    const value = { [versionOf(content)]: pollOf(content) }
    if (chat.endsWith('@newsletter')) return value
    return { ...value, messageContextInfo: { messageSecret: new Uint8Array(randomBytes(32)) } }
  },
  describe: (value) => ({ ...present({ text: value.name }), poll: pollView(value) }),
  stanzaType: 'poll',
  // That quizzes have a mark of their own was seen in one client only (Itsukichann Baileys fork, messages-send).
  marks: ({ pollType }) => ({ meta: { polltype: pollType === quiz ? 'quiz_creation' : 'creation' } }),
})

export function pollView(value: PollCreationMessage): PollView {
  const { name, options = [], selectableOptionsCount, pollType, correctAnswer } = value
  const { endTime, hideParticipantName, allowAddOption } = value
  return {
    question: name ?? '',
    options: options.map(({ optionName }) => optionName ?? ''),
    hashes: hashesOf(value),
    selectable: selectableOptionsCount ?? 0,
    ...(pollType === quiz ? { quiz: true } : {}),
    ...present({ correctOption: correctAnswer?.optionName, endsAt: pollEnd(endTime) }),
    ...(hideParticipantName ? { hidesVoters: true } : {}),
    ...(allowAddOption ? { allowsAdding: true } : {}),
  }
}

function pollOf({ question, options, selectable, correctOption, endsAt, hidesVoters }: PollContent) {
  if (question === '') throw new EngineError('invalid_argument', 'a poll has a question')
  if (options.length < 2 || options.length > maxOptions || options.includes('')) {
    throw new EngineError('invalid_argument', `a poll has 2 to ${maxOptions} options with text`)
  }
  if (new Set(options).size !== options.length) {
    throw new EngineError('invalid_argument', 'the options of a poll differ from each other')
  }
  if (correctOption !== undefined && !options.includes(correctOption)) {
    throw new EngineError('invalid_argument', 'the right answer of a quiz is one of its options')
  }
  const most = correctOption === undefined ? selectable : 1
  // Readers look whether the newer fields are there at all (seen in: WhatsApp Web, poll creation parser), so none stands there without need.
  return {
    name: question,
    options: options.map((optionName) => ({ optionName })),
    selectableOptionsCount: most > options.length ? 0 : Math.max(0, most),
    ...(correctOption === undefined ? {} : { pollType: quiz, correctAnswer: { optionName: correctOption } }),
    ...(endsAt === undefined ? {} : { endTime: endsAt }),
    ...(hidesVoters ? { hideParticipantName: true } : {}),
  }
}

/** V3 has one answer, V5 is a quiz, V6 ends or hides who votes (seen in: baileys messages.js, whatsmeow send.go, Innovators-Soft Baileys messages.ts, and a
 *  whatsmeow client that says so of WhatsApp's own). */
function versionOf({ selectable, correctOption, endsAt, hidesVoters }: PollContent) {
  if (endsAt !== undefined || hidesVoters) return 'pollCreationMessageV6'
  if (correctOption !== undefined) return 'pollCreationMessageV5'
  return selectable === 1 ? 'pollCreationMessageV3' : 'pollCreationMessage'
}

/** What votes name options by: the hash of the text; of a picture the hash that the poll names itself. */
const hashesOf = ({ options = [], pollContentType }: PollCreationMessage): string[] =>
  options.map(({ optionName = '', optionHash }) => {
    const named = pollContentType === withImages ? bytesNamed(optionHash) : undefined
    return (named ?? createHash('sha256').update(optionName).digest()).toString('hex')
  })

/** 32 bytes, as hexadecimal digits or base64. */
function bytesNamed(text = ''): Buffer | undefined {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  return bytes.length === 32 ? bytes : undefined
}

// WhatsApp Web counts milliseconds (poll creation action); a number that is too small for that was meant as seconds.
const pollEnd = (time: number | undefined): number | undefined =>
  time !== undefined && time > 1e11 ? time : instant(time)

export const pollOption = defineKind({
  type: 'poll_option',
  fields: ['pollAddOptionMessage'],
  describe: ({ pollCreationMessageKey, addOption }) => ({
    ...present({ text: addOption?.optionName }),
    ...about(pollCreationMessageKey),
  }),
  stanzaType: 'poll',
  marks: () => ({ hidden: true, meta: { polltype: 'edit' } }),
})

export const pollResult = defineKind({
  type: 'poll_result',
  fields: ['pollResultSnapshotMessage', 'pollResultSnapshotMessageV3'],
  describe: ({ name, pollVotes = [] }) => ({
    ...present({ text: name }),
    poll: {
      question: name ?? '',
      ...{ options: pollVotes.map(({ optionName }) => optionName ?? ''), hashes: [], selectable: 0 },
    },
  }),
  stanzaType: 'text',
})
