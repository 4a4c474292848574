/** The base URL of the credentials, without a slash at its end. */
export const baseUrlOf = (given: unknown): string => String(given).trim().replace(/\/+$/, '')
