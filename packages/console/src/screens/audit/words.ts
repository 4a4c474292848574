import { words } from '../../words/words.ts'

export const auditWords = words({
  en: {
    title: 'Audit',
    lead: 'Who changed what, newest first. Nothing here can be changed.',
    list: 'Changes, newest first',
    action: 'What begins with',
    actionHelp: 'Such as api_key or device.deleted',
    actor: 'Who',
    actorHelp: 'admin, key:3 or device:…',
    target: 'Whom it concerns',
    columns: { at: 'When', actor: 'Who', action: 'What', target: 'Whom' },
    details: { title: 'A change', customer: 'Customer', address: 'From address', detail: 'Details', number: 'Entry' },
    none: 'Nothing was changed',
    noneText:
      'Keys, devices, webhooks and limits that somebody changes are noted here. Or no entry matches the filter.',
    older: 'Older entries',
  },
  de: {
    title: 'Verlauf',
    lead: 'Wer was geändert hat, das Neueste zuerst. Nichts hier lässt sich ändern.',
    list: 'Änderungen, die neueste zuerst',
    action: 'Was, beginnt mit',
    actionHelp: 'Etwa api_key oder device.deleted',
    actor: 'Wer',
    actorHelp: 'admin, key:3 oder device:…',
    target: 'Wen es betrifft',
    columns: { at: 'Wann', actor: 'Wer', action: 'Was', target: 'Wen' },
    details: {
      title: 'Eine Änderung',
      customer: 'Kunde',
      address: 'Von Adresse',
      detail: 'Einzelheiten',
      number: 'Eintrag',
    },
    none: 'Nichts wurde geändert',
    noneText: 'Wer Schlüssel, Geräte, Webhooks und Grenzen ändert, steht hier. Oder kein Eintrag passt zum Filter.',
    older: 'Ältere Einträge',
  },
})
