import { readFileSync } from 'node:fs'
import { checkServerIdentity } from 'node:tls'
import { type ConnectionOptions, credsAuthenticator, nkeyAuthenticator, type TlsOptions } from '@nats-io/transport-node'
import { ConfigError } from '../../config/config-error.ts'
import type { NatsSettings } from './nats-settings.ts'

/** @throws ConfigError */
const read = (variable: string, file: string): Buffer => {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ConfigError(
      `${variable} is ${JSON.stringify(file)}: it cannot be read (${(error as NodeJS.ErrnoException).code}); allowed is the path of a file that this user may read`,
      { cause: error },
    )
  }
}

const readMaybe = (variable: string, file: string | undefined): Buffer | undefined =>
  file === undefined ? undefined : read(variable, file)

const authenticatorsOf = ({ credsFile, nkeyFile }: NatsSettings): ConnectionOptions => {
  const creds = readMaybe('SWITCHBOARD_NATS_CREDS', credsFile)
  const seed = readMaybe('SWITCHBOARD_NATS_NKEY', nkeyFile)
  if (creds) return { authenticator: credsAuthenticator(creds) }
  return seed ? { authenticator: nkeyAuthenticator(Buffer.from(seed.toString().trim())) } : {}
}

/** The library hands no name on where a URL has an address: the certificate must then be for one of the addresses that are given. */
const identityCheck =
  (urls: readonly string[]): typeof checkServerIdentity =>
  (name, certificate) => {
    const given = urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''))
    const names = name === 'localhost' ? given : [name]
    const problems = names.map((each) => checkServerIdentity(each, certificate))
    return problems.includes(undefined) ? undefined : problems[0]
  }

const tlsOf = ({ urls, tls }: NatsSettings): ConnectionOptions => {
  const { caFile, certFile, keyFile } = tls
  const wanted = [caFile, certFile].some((file) => file !== undefined) || urls.some((url) => url.startsWith('tls://'))
  if (!wanted) return {}
  const ca = readMaybe('SWITCHBOARD_NATS_TLS_CA', caFile)?.toString()
  const cert = readMaybe('SWITCHBOARD_NATS_TLS_CERT', certFile)?.toString()
  const key = readMaybe('SWITCHBOARD_NATS_TLS_KEY', keyFile)?.toString()
  const checked = { checkServerIdentity: identityCheck(urls) }
  return { tls: { ...checked, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } as TlsOptions }
}

/** Whoever is named in the URL, unless the settings name somebody. */
const userOf = ({ urls, user, password, token }: NatsSettings): ConnectionOptions => {
  if (token !== undefined) return { token }
  if (user !== undefined) return { user, pass: password ?? '' }
  const { username, password: pass } = new URL(urls[0]!)
  if (username === '') return {}
  const name = decodeURIComponent(username)
  return pass === '' ? { token: name } : { user: name, pass: decodeURIComponent(pass) }
}

/** What the library is asked for. @throws ConfigError for a file that cannot be read */
export const natsOptions = (settings: NatsSettings, name: string): ConnectionOptions => ({
  // The library knows nothing of a user in a URL, and would show it in its errors.
  servers: settings.urls.map((url) => new URL(url).host),
  ...userOf(settings),
  ...authenticatorsOf(settings),
  ...tlsOf(settings),
  name,
  noEcho: true,
  noAsyncTraces: true,
  // A server that was replaced, or lost its users for a moment, must not end a gateway that works.
  maxReconnectAttempts: -1,
  ignoreAuthErrorAbort: true,
  reconnectTimeWait: 500,
  timeout: 5_000,
  // A server that stands still is noticed after four seconds.
  pingInterval: 2_000,
  maxPingOut: 1,
})
