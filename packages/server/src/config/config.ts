import type { NatsSettings } from '../cluster/bus/nats-settings.ts'
import type { Compatibility } from './kinds.ts'
import type { Schedule } from './schedule.ts'

/** Shortest and longest of a random wait, milliseconds. */
export interface DelayRange {
  readonly minMs: number
  readonly maxMs: number
}

export interface Secrets {
  readonly adminSecret: string
  readonly jwtSecret: string
  /** 32 bytes as 64 hex digits or base64: the key that seals the data keys of devices. */
  readonly masterKey: string
}

/** The whole configuration: read once, frozen, grouped by the part that uses it. Times are in milliseconds, sizes in bytes. */
export interface Config {
  readonly http: {
    readonly address: string
    /** 0 takes any free port. */
    readonly port: number
    /** `''` or `/prefix`. */
    readonly basePath: string
    /** Networks of the proxies in front, as `address/bits`. */
    readonly trustedProxies: readonly string[]
    /** Address of this API for others, without a slash at the end. */
    readonly publicUrl: string | undefined
    readonly corsOrigins: '*' | readonly string[]
    /** Products that are answered for in their own form. */
    readonly compat: readonly Compatibility[]
    readonly bodyLimitBytes: number
    /** 0: off. */
    readonly gzipLevel: number
    /** For how long requests are still answered after SIGTERM, while probes hear that the server is not ready. */
    readonly shutdownGraceMs: number
  }
  readonly storage: {
    readonly type: 'sqlite' | 'postgres'
    /** Path of the SQLite file, or the PostgreSQL URL. */
    readonly uri: string
    readonly dataDir: string
    /** Files that every node needs: those of sends that were accepted, and those of messages. The data directory of a gateway that is alone. */
    readonly sharedDir: string
    /** 0: without limit. */
    readonly eventRetentionDays: number
    /** The same of messages, and of the audit. */
    readonly messageRetentionDays: number
    readonly auditRetentionDays: number
    /** Earlier master keys, as text: what they sealed is sealed with the current key at the start. */
    readonly formerMasterKeys: readonly string[]
    /** What people wrote is sealed when it is stored. */
    readonly sealContent: boolean
  }
  /** This gateway works with its database together with others; undefined: alone. */
  readonly cluster:
    | {
        readonly nats: NatsSettings
        /** Where the other gateways reach this one; undefined: where it listens. */
        readonly nodeUrl: string | undefined
      }
    | undefined
  readonly secrets: Secrets
  /** Secrets that are not given are made into the data directory. */
  readonly makesSecrets: boolean
  readonly tokens: {
    /** Life of a new device token; 0: no expiry. */
    readonly ttlMs: number
    /** Former signing keys. Tokens signed with them still count. */
    readonly formerSecrets: readonly string[]
  }
  readonly whatsapp: {
    readonly clientName: string
    readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
    /** What connects devices to WhatsApp. */
    readonly link: 'own' | 'baileys'
    readonly proxyUrl: string | undefined
    readonly version: readonly [number, number, number] | undefined
    /** How the WhatsApp Web version is kept new when none is given. */
    readonly versionRefresh: {
      /** On a schedule. */
      readonly enabled: boolean
      readonly schedule: Schedule
      /** The schedule does not keep to the shortest time. */
      readonly force: boolean
      /** Shortest time between two looks; 0: none. */
      readonly minIntervalMs: number
    }
    readonly registrationCache: { readonly enabled: boolean; readonly ttlMs: number; readonly max: number }
    /** How many numbers one question may hold. */
    readonly registrationBatch: number
    /** 0: nothing is kept. */
    readonly groupListKeepMs: number
    /** The `appstate.*` events are raised. */
    readonly appStateEvents: boolean
    readonly watchdog: boolean
    /** Devices of one API key that may wait for a phone at the same time. */
    readonly pairingsPerKey: number
    /** That share the connections; 0: the main thread has them. */
    readonly engineThreads: number | 'auto'
  }
  readonly media: {
    /** Images are made smaller before they are sent. */
    readonly compressImages: boolean
    readonly webpToPng: boolean
    /** Texts show previews of their links. */
    readonly linkPreviews: boolean
    /** A name that is looked for in PATH, a path, or `off`. */
    readonly ffmpeg: string
    readonly ffmpegLimitMs: number
    /** Files of messages are fetched when the messages come, unless the device wants it otherwise. */
    readonly autoDownload: boolean
    readonly autoMaxBytes: number
    readonly linkLifeMs: number
    /** Bytes that are stored for one API key; 0: no limit. */
    readonly quotaBytes: number
    /** 0: without limit. */
    readonly retentionDays: number
    /** The largest file of each kind, bytes. */
    readonly limits: Readonly<Record<'image' | 'video' | 'audio' | 'sticker' | 'document', number>>
    /** How long a file that was uploaded for later sends is kept. */
    readonly uploadKeepMs: number
    /** What one device may keep here at the same time, bytes. */
    readonly deviceBytes: number
    /** Where files are stored; undefined: in the data directory. */
    readonly s3:
      | {
          readonly endpoint: string
          readonly bucket: string
          readonly region: string
          readonly accessKeyId: string
          readonly secretAccessKey: string
        }
      | undefined
  }
  readonly pacing: {
    readonly presence: boolean
    readonly typing: boolean
    readonly typingDelay: DelayRange
    readonly autoMarkRead: boolean
    readonly readReceiptJitter: boolean
    readonly readReceiptDelay: DelayRange
    readonly rateLimit: { readonly enabled: boolean; readonly perMinute: number; readonly burst: number }
  }
  readonly autoReply: {
    readonly enabled: boolean
    readonly text: string
    /** How long a chat gets no second answer. */
    readonly intervalMs: number
  }
  readonly startup: {
    readonly concurrency: number
    readonly jitterMaxMs: number
    /** Attempts, the first included. */
    readonly retries: number
    readonly backoffBaseMs: number
    readonly backoffMaxMs: number
  }
  readonly webhooks: {
    readonly enabled: boolean
    readonly workers: number
    /** Attempts, the first included. */
    readonly retryLimit: number
    readonly maxPerDevice: number
    readonly retentionDays: number
    /** Private and loopback addresses, and http, are allowed. */
    readonly allowPrivateNetworks: boolean
  }
  readonly watchdog: {
    /** A main thread that stands still for so long ends the process; 0: never. */
    readonly limitMs: number
  }
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'; readonly format: 'text' | 'json' }
  readonly outboundProxy: {
    readonly http: string | undefined
    readonly https: string | undefined
    readonly except: string | undefined
  }
  readonly sandbox: {
    readonly port: number
    /** Whether the world also answers TLS on that port. */
    readonly tls: boolean
    /** Control API of the world in which this gateway's devices live; undefined means the real WhatsApp. */
    readonly url: string | undefined
  }
}

/** A configuration. Its secrets may still have to be generated. */
export interface ConfigWithoutSecrets extends Omit<Config, 'secrets'> {
  readonly secrets: { readonly [Name in keyof Secrets]: string | undefined }
}
