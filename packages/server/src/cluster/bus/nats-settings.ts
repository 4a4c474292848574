/** How the servers of one NATS are reached. Files are read when a connection is made. */
export interface NatsSettings {
  /** `nats://` or `tls://`, each with `user:password@` or `token@` where it is needed. */
  readonly urls: readonly string[]
  readonly user: string | undefined
  readonly password: string | undefined
  readonly token: string | undefined
  /** Path of a credentials file: a JWT and the seed of its key. */
  readonly credsFile: string | undefined
  /** Path of a file with the seed of an nkey. */
  readonly nkeyFile: string | undefined
  readonly tls: {
    readonly caFile: string | undefined
    readonly certFile: string | undefined
    readonly keyFile: string | undefined
  }
}
