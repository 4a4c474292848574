import type { Message } from '../generated/messages.ts'
import { type Describe, defineKind } from './content-kind.ts'
import { about, present } from './fields.ts'

/** The words that go with a payment. */
const note = (message: Message | undefined, describe: Describe) => present({ text: message && describe(message).text })

export const payment = defineKind({
  type: 'payment',
  fields: ['sendPaymentMessage'],
  describe: ({ noteMessage, requestMessageKey }, _message, describe) => ({
    ...note(noteMessage, describe),
    ...about(requestMessageKey),
  }),
  stanzaType: 'media',
})

export const paymentRequest = defineKind({
  type: 'payment_request',
  fields: ['requestPaymentMessage'],
  describe: ({ noteMessage }, _message, describe) => note(noteMessage, describe),
  stanzaType: 'media',
})

export const paymentDeclined = defineKind({
  type: 'payment_declined',
  fields: ['declinePaymentRequestMessage'],
  describe: ({ key }) => about(key),
  stanzaType: 'media',
})

export const paymentCancelled = defineKind({
  type: 'payment_cancelled',
  fields: ['cancelPaymentRequestMessage'],
  describe: ({ key }) => about(key),
  stanzaType: 'media',
})

export const paymentInvite = defineKind({
  type: 'payment_invite',
  fields: ['paymentInviteMessage'],
  describe: () => ({}),
  stanzaType: 'media',
})

export const paymentReminder = defineKind({
  type: 'payment_reminder',
  fields: ['paymentReminderMessage'],
  describe: ({ description }) => present({ text: description }),
  stanzaType: 'media',
})

export const splitPayment = defineKind({
  type: 'split_payment',
  fields: ['splitPaymentMessage'],
  describe: ({ description }) => present({ text: description }),
  stanzaType: 'media',
})

export const splitPaymentUpdate = defineKind({
  type: 'split_payment_update',
  fields: ['splitPaymentUpdateMessage'],
  describe: () => ({}),
  stanzaType: 'media',
})

export const invoice = defineKind({
  type: 'invoice',
  fields: ['invoiceMessage'],
  describe: ({ note }) => present({ text: note }),
  stanzaType: 'media',
})
