import type { Variables } from './variables.ts'

/** What must fit together. It is asked only when each of its variables has a value that is allowed. */
export interface CrossCheck {
  readonly variables: readonly (keyof Variables)[]
  /** @returns the line to show when they do not fit */
  problem(values: Variables): string | undefined
}

const postgresUrl = /^postgres(ql)?:\/\//

/** WHATSAPP_DATASTORE_TYPE, or what the URI says when it is absent. */
export const storageTypeOf = (values: Pick<Variables, 'WHATSAPP_DATASTORE_TYPE' | 'WHATSAPP_DATASTORE_URI'>) =>
  values.WHATSAPP_DATASTORE_TYPE ?? (postgresUrl.test(values.WHATSAPP_DATASTORE_URI ?? '') ? 'postgres' : 'sqlite')

const datastore: CrossCheck = {
  variables: ['WHATSAPP_DATASTORE_TYPE', 'WHATSAPP_DATASTORE_URI'],
  problem(values) {
    const uri = values.WHATSAPP_DATASTORE_URI
    const isPostgres = postgresUrl.test(uri ?? '')
    if (storageTypeOf(values) === 'postgres') {
      if (isPostgres) return undefined
      return `WHATSAPP_DATASTORE_URI is ${uri ? 'not such a URL' : 'missing'}: with WHATSAPP_DATASTORE_TYPE=postgres allowed is postgres://user:password@host:5432/name`
    }
    if (isPostgres)
      return 'WHATSAPP_DATASTORE_TYPE is sqlite and WHATSAPP_DATASTORE_URI a PostgreSQL URL: allowed is a file path, or the type postgres'
    // Text with another scheme is a mistake, and may hold a password: it must not become the name of a file.
    if (uri !== undefined && /^[a-z][a-z\d+.-]*:\/\//i.test(uri) && !uri.startsWith('file://'))
      return 'WHATSAPP_DATASTORE_URI has a scheme that is not known: allowed is postgres://user:password@host:5432/name, or the path of an SQLite file'
    return undefined
  },
}

const versionParts = ['WHATSAPP_VERSION_MAJOR', 'WHATSAPP_VERSION_MINOR', 'WHATSAPP_VERSION_PATCH'] as const

const version: CrossCheck = {
  variables: versionParts,
  problem(values) {
    const given = versionParts.filter((name) => values[name] !== undefined).length
    if (given === 0 || given === versionParts.length) return undefined
    return 'WHATSAPP_VERSION_MAJOR, _MINOR and _PATCH are given in part: allowed is all three, or none of them'
  },
}

const bucketParts = [
  'SWITCHBOARD_MEDIA_S3_ENDPOINT',
  'SWITCHBOARD_MEDIA_S3_BUCKET',
  'SWITCHBOARD_MEDIA_S3_ACCESS_KEY_ID',
  'SWITCHBOARD_MEDIA_S3_SECRET_ACCESS_KEY',
] as const

const bucket: CrossCheck = {
  variables: bucketParts,
  problem(values) {
    const missing = bucketParts.filter((name) => values[name] === undefined)
    if (missing.length === 0 || missing.length === bucketParts.length) return undefined
    return `${missing[0]} is missing: to store files in a bucket allowed is ${bucketParts.join(', ')} together, or none of them`
  },
}

const autoReply: CrossCheck = {
  variables: ['WHATSAPP_AUTO_REPLY_ENABLED', 'WHATSAPP_AUTO_REPLY_TEXT'],
  problem(values) {
    if (!values.WHATSAPP_AUTO_REPLY_ENABLED || values.WHATSAPP_AUTO_REPLY_TEXT) return undefined
    return 'WHATSAPP_AUTO_REPLY_TEXT is missing: with WHATSAPP_AUTO_REPLY_ENABLED=true allowed is any text'
  },
}

const onlyWithNats = [
  'SWITCHBOARD_NODE_URL',
  'SWITCHBOARD_SHARED_DIR',
  'SWITCHBOARD_NATS_USER',
  'SWITCHBOARD_NATS_PASSWORD',
  'SWITCHBOARD_NATS_TOKEN',
  'SWITCHBOARD_NATS_CREDS',
  'SWITCHBOARD_NATS_NKEY',
  'SWITCHBOARD_NATS_TLS_CA',
  'SWITCHBOARD_NATS_TLS_CERT',
  'SWITCHBOARD_NATS_TLS_KEY',
] as const

const hidden = new Set<string>(['SWITCHBOARD_NATS_PASSWORD', 'SWITCHBOARD_NATS_TOKEN'])

const cluster: CrossCheck = {
  variables: [...datastore.variables, 'SWITCHBOARD_NATS_URL', 'SWITCHBOARD_MAKE_SECRETS', ...onlyWithNats],
  problem(values) {
    if (!values.SWITCHBOARD_NATS_URL) {
      const alone = onlyWithNats.find((name) => values[name] !== undefined)
      if (!alone) return undefined
      const shown = hidden.has(alone) ? 'a value that is not shown' : JSON.stringify(values[alone])
      return `${alone} is ${shown}, without SWITCHBOARD_NATS_URL: allowed is both, or none of them`
    }
    if (storageTypeOf(values) === 'postgres') {
      if (values.SWITCHBOARD_MAKE_SECRETS)
        return 'SWITCHBOARD_MAKE_SECRETS is true with SWITCHBOARD_NATS_URL: every node needs the same secrets; allowed is false, with the secrets given to each node'
      if (values.SWITCHBOARD_SHARED_DIR === undefined)
        return 'SWITCHBOARD_SHARED_DIR is missing: with SWITCHBOARD_NATS_URL allowed is a directory that every node can write'
      return undefined
    }
    return 'SWITCHBOARD_NATS_URL is given with an SQLite database, which one gateway has to itself: allowed is a PostgreSQL URL as WHATSAPP_DATASTORE_URI, or no SWITCHBOARD_NATS_URL'
  },
}

const together = (one: keyof Variables, other: keyof Variables): CrossCheck => ({
  variables: [one, other, 'SWITCHBOARD_NATS_URL'],
  problem(values) {
    if (!values.SWITCHBOARD_NATS_URL || (values[one] === undefined) === (values[other] === undefined)) return undefined
    const [given, missing] = values[one] === undefined ? [other, one] : [one, other]
    return `${missing} is missing: with ${given} allowed is both, or none of them`
  },
})

const natsParts = [
  together('SWITCHBOARD_NATS_USER', 'SWITCHBOARD_NATS_PASSWORD'),
  together('SWITCHBOARD_NATS_TLS_CERT', 'SWITCHBOARD_NATS_TLS_KEY'),
]

export const crossChecks: readonly CrossCheck[] = [datastore, version, bucket, autoReply, cluster, ...natsParts]

const neededWithPostgres = {
  ADMIN_SECRET_KEY: 'at least 32 characters',
  JWT_SECRET_KEY: 'at least 32 characters',
  SWITCHBOARD_MASTER_KEY: '32 bytes as 64 hex digits or in base64',
} as const

/** The embedded database has its secrets made into its directory; with PostgreSQL several machines must share them, so that a person has to give them,
 *  or to say that there is one machine. */
export const secretChecks: readonly CrossCheck[] = Object.entries(neededWithPostgres).map(([name, allowed]) => ({
  variables: [name as keyof Variables, 'SWITCHBOARD_MAKE_SECRETS', ...datastore.variables],
  problem(values) {
    if (storageTypeOf(values) === 'sqlite' || values.SWITCHBOARD_MAKE_SECRETS) return undefined
    if (values[name as keyof Variables] !== undefined) return undefined
    return `${name} is missing: with PostgreSQL it must be given, or made (SWITCHBOARD_MAKE_SECRETS); allowed is ${allowed}`
  },
}))
