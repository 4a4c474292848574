import { words } from './words.ts'

/** States of a device, as badges say them. */
export const stateWords = words({
  en: {
    idle: 'Not linked',
    connecting: 'Connecting',
    pairing: 'Waiting for a scan',
    passkey_required: 'Waiting for the passkey',
    passkey_confirm: 'Confirming the passkey',
    passkey_failed: 'Not linked',
    open: 'Connected',
    closed: 'Disconnected',
    replaced: 'Replaced',
    logged_out: 'Logged out',
    banned: 'Banned',
    outdated: 'Outdated',
    blocked: 'Blocked',
    pending: 'Not linked',
    active: 'Connected',
    disconnected: 'Disconnected',
  },
  de: {
    idle: 'Nicht verknüpft',
    connecting: 'Verbindet',
    pairing: 'Wartet auf Scan',
    passkey_required: 'Wartet auf den Passkey',
    passkey_confirm: 'Passkey wird bestätigt',
    passkey_failed: 'Nicht verknüpft',
    open: 'Verbunden',
    closed: 'Getrennt',
    replaced: 'Ersetzt',
    logged_out: 'Abgemeldet',
    banned: 'Gesperrt',
    outdated: 'Veraltet',
    blocked: 'Abgewiesen',
    pending: 'Nicht verknüpft',
    active: 'Verbunden',
    disconnected: 'Getrennt',
  },
})

/** What a person does next, by the code that the API gives. Its own text says more of the cause, in English. */
export const nextWords = words<Readonly<Record<string, string>>>({
  en: {
    none: 'Nothing to do',
    login: 'Link it with a phone',
    scan: 'Scan the code with the phone',
    sign_passkey: 'Let its owner sign with the passkey of the account',
    confirm_passkey: 'Compare the code with the phone',
    wait: 'Nothing to do: it connects again by itself',
    reconnect: 'Look at the reason, then reconnect it',
    contact_support: 'Open WhatsApp on the phone and follow what it says',
    update_phone: 'Update WhatsApp on the phone, then link it again',
    check_proxy: 'Correct its proxy',
  },
  de: {
    none: 'Nichts zu tun',
    login: 'Mit einem Telefon verknüpfen',
    scan: 'Den Code mit dem Telefon scannen',
    sign_passkey: 'Den Inhaber mit dem Passkey des Kontos unterschreiben lassen',
    confirm_passkey: 'Den Code mit dem Telefon vergleichen',
    wait: 'Nichts zu tun: es verbindet sich selbst wieder',
    reconnect: 'Den Grund ansehen, dann neu verbinden',
    contact_support: 'WhatsApp auf dem Telefon öffnen und dem folgen, was es sagt',
    update_phone: 'WhatsApp auf dem Telefon aktualisieren, dann neu verknüpfen',
    check_proxy: 'Den Proxy berichtigen',
  },
})
