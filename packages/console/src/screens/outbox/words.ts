import { words } from '../../words/words.ts'

export const outboxWords = words({
  en: {
    title: 'Outbox',
    lead: 'What is accepted and has not left yet, and why.',
    label: 'Messages that wait',
    none: 'Nothing waits',
    noneText:
      'Messages that cannot leave at once stand here: while the device is offline, in its quiet hours, over its daily limit, or until the time that they were given.',
    columns: { to: 'To', text: 'Message', state: 'State', leaves: 'Leaves' },
    states: { scheduled: 'Scheduled', queued: 'Waits for the device', sending: 'Being sent' } as Record<string, string>,
    reasons: { quiet_hours: 'Quiet hours', daily_limit: 'Daily limit' } as Record<string, string>,
    filter: 'Show',
    all: 'All',
    cancel: 'Cancel it',
    cancelled: 'Cancelled',
    when: 'Another time',
    newTime: 'When it leaves',
    moved: 'It leaves at another time',
  },
  de: {
    title: 'Postausgang',
    lead: 'Was angenommen und noch nicht gesendet ist, und warum.',
    label: 'Wartende Nachrichten',
    none: 'Nichts wartet',
    noneText:
      'Hier stehen Nachrichten, die nicht sofort gehen können: solange das Gerät getrennt ist, in seiner Ruhezeit, über seinem Tageslimit oder bis zu der Zeit, die ihnen gegeben wurde.',
    columns: { to: 'An', text: 'Nachricht', state: 'Zustand', leaves: 'Geht' },
    states: { scheduled: 'Geplant', queued: 'Wartet auf das Gerät', sending: 'Wird gesendet' },
    reasons: { quiet_hours: 'Ruhezeit', daily_limit: 'Tageslimit' },
    filter: 'Zeigen',
    all: 'Alle',
    cancel: 'Abbrechen',
    cancelled: 'Abgebrochen',
    when: 'Andere Zeit',
    newTime: 'Wann sie geht',
    moved: 'Sie geht zu einer anderen Zeit',
  },
})
