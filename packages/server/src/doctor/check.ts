import type { ConfigWithoutSecrets } from '../config/config.ts'
import type { Environment } from '../config/read-config.ts'

/** `skip`: it was not looked at. */
export type State = 'ok' | 'warn' | 'fail' | 'skip'

/** What was found, in words for the operator. No secret is in it. */
export interface Finding {
  readonly state: State
  readonly says: string
  /** What to do about it. */
  readonly advice?: string
}

export interface Installation {
  readonly environment: Environment
  /** Why the environment could not be read whole. */
  readonly problem: unknown
  /** Nothing outside of this installation is asked: its own database and cluster are, WhatsApp is not. */
  readonly offline: boolean
  /** It is the one of `npm run sandbox`, which brings a WhatsApp of its own. */
  readonly sandbox: boolean
}

export interface ConfiguredInstallation extends Installation {
  readonly config: ConfigWithoutSecrets
}

/** One thing that an installation needs. It changes nothing. */
export interface Check {
  /** Two words at most: they stand in front of the line. */
  readonly name: string
  run(installation: ConfiguredInstallation): Promise<readonly Finding[]> | readonly Finding[]
}

export const ok = (says: string): Finding => ({ state: 'ok', says })
export const warn = (says: string, advice: string): Finding => ({ state: 'warn', says, advice })
export const fail = (says: string, advice: string): Finding => ({ state: 'fail', says, advice })
export const skip = (says: string): Finding => ({ state: 'skip', says })

/** What the system or Node calls an error, or its message where it has no such name. */
export const reasonOf = (error: unknown): string => {
  const { code, message } = (error ?? {}) as { code?: string; message?: string }
  return code ?? message ?? String(error)
}

/** A number of bytes for people. */
export const inWords = (bytes: number): string =>
  bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GiB` : `${Math.round(bytes / 1024 ** 2)} MiB`
