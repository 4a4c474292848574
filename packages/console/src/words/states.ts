import { words } from './words.ts'

/** States of a device, as badges say them. */
export const stateWords = words({
  en: {
    idle: 'Not linked',
    connecting: 'Connecting',
    pairing: 'Waiting for a scan',
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
