import { randomBytes } from 'node:crypto'
import { EngineError } from '@switchboard/engine'
import { defineKind } from './content-kind.ts'
import { about, instant, present } from './fields.ts'

/** Phones offer no more. */
const maxOptions = 12
const quiz = 1

export const poll = defineKind({
  type: 'poll',
  fields: [
    ...(['pollCreationMessage', 'pollCreationMessageV2', 'pollCreationMessageV3'] as const),
    ...(['pollCreationMessageV5', 'pollCreationMessageV6'] as const),
  ],
  // Votes are sealed with a secret of the poll. Newer clients send polls for one answer as V3 (seen in: baileys messages.js, whatsmeow send.go).
  compose({ question, options, selectable }) {
    if (question === '') throw new EngineError('invalid_argument', 'a poll has a question')
    if (options.length < 2 || options.length > maxOptions || options.includes('')) {
      throw new EngineError('invalid_argument', `a poll has 2 to ${maxOptions} options with text`)
    }
    if (new Set(options).size !== options.length) {
      throw new EngineError('invalid_argument', 'the options of a poll differ from each other')
    }
    const value = {
      name: question,
      options: options.map((optionName) => ({ optionName })),
      selectableOptionsCount: selectable > options.length ? 0 : Math.max(0, selectable),
    }
    const messageContextInfo = { messageSecret: randomBytes(32) }
    if (value.selectableOptionsCount === 1) return { pollCreationMessageV3: value, messageContextInfo }
    return { pollCreationMessage: value, messageContextInfo }
  },
  describe({ name, options = [], selectableOptionsCount, pollType, correctAnswer, ...value }) {
    const { endTime, hideParticipantName, allowAddOption } = value
    return {
      ...present({ text: name }),
      poll: {
        question: name ?? '',
        options: options.map(({ optionName }) => optionName ?? ''),
        selectable: selectableOptionsCount ?? 0,
        ...(pollType === quiz ? { quiz: true } : {}),
        ...present({ correctOption: correctAnswer?.optionName, endsAt: pollEnd(endTime) }),
        ...(hideParticipantName ? { hidesVoters: true } : {}),
        ...(allowAddOption ? { allowsAdding: true } : {}),
      },
    }
  },
  stanzaType: 'poll',
  marks: () => ({ meta: { polltype: 'creation' } }),
})

// Which unit it has no client says; what is too large for seconds is in milliseconds.
const pollEnd = (time: number | undefined): number | undefined =>
  time !== undefined && time > 1e11 ? time : instant(time)

export const pollVote = defineKind({
  type: 'poll_vote',
  fields: ['pollUpdateMessage'],
  describe: ({ pollCreationMessageKey }) => about(pollCreationMessageKey),
  stanzaType: 'poll',
  marks: () => ({ hidden: true, meta: { polltype: 'vote' } }),
})

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
    poll: { question: name ?? '', options: pollVotes.map(({ optionName }) => optionName ?? ''), selectable: 0 },
  }),
  stanzaType: 'text',
})
