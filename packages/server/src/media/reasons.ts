/** Why a file cannot be had, or is not stored, as it is kept and told. */
export const reasons = {
  /** The own phone has it no longer. */
  notOnPhone: 'not_on_phone',
  phoneRefused: 'phone_refused',
  /** WhatsApp has it no longer, and no phone can be asked: it is of a channel. */
  gone: 'gone',
  /** It is not the file that the message announced. */
  flawed: 'flawed',
  /** It was not stored because the API key keeps as much as it may. */
  quota: 'quota_exceeded',
  /** It was fetched in vain several times. */
  givenUp: 'download_failed',
} as const
