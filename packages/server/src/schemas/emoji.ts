import { z } from 'zod'

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

// Flags and keycaps are made of characters that are no pictures by themselves. Pictures of years to come have their places already.
const picture = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[\d#*]\uFE0F?\u20E3/u

/** Whether a text is one emoji, however many characters it is made of. */
const isEmoji = (text: string): boolean => picture.test(text) && [...characters.segment(text)].length === 1

/** One emoji, or nothing. */
const emojiOrNone = z
  .string()
  .max(64)
  .trim()
  .default('')
  .refine((text) => text === '' || isEmoji(text), 'is not one emoji')

export const ReactionEmoji = emojiOrNone.meta({
  description: 'One emoji. Blank takes the former reaction back.',
  examples: ['👍'],
})

export const AboutEmoji = emojiOrNone.meta({
  description: 'One emoji, shown with the about text. Blank: none.',
  examples: ['🍜'],
})
