import path from 'node:path'
import type { ConfigWithoutSecrets, DelayRange } from './config.ts'
import { storageTypeOf } from './cross-checks.ts'
import type { Variables } from './variables.ts'

const range = (minMs: number, maxMs: number): DelayRange => ({ minMs, maxMs: Math.max(minMs, maxMs) })

const storageOf = (
  values: Variables,
  defaultDataDir: string,
): Pick<ConfigWithoutSecrets['storage'], 'type' | 'uri' | 'dataDir' | 'sharedDir'> => {
  const dataDir = path.resolve(values.SWITCHBOARD_DATA_DIR ?? defaultDataDir)
  const sharedDir = path.resolve(values.SWITCHBOARD_SHARED_DIR ?? dataDir)
  const given = values.WHATSAPP_DATASTORE_URI
  const type = storageTypeOf(values)
  if (type === 'postgres') return { type, uri: given!, dataDir, sharedDir }
  return {
    type,
    uri: given ? path.resolve(given.replace(/^file:(\/\/)?/, '')) : path.join(dataDir, 'switchboard.db'),
    dataDir,
    sharedDir,
  }
}

const versionOf = (values: Variables): readonly [number, number, number] | undefined => {
  const parts = [values.WHATSAPP_VERSION_MAJOR, values.WHATSAPP_VERSION_MINOR, values.WHATSAPP_VERSION_PATCH] as const
  const [major, minor, patch] = parts
  if (major !== undefined && minor !== undefined && patch !== undefined) return [major, minor, patch]
  return undefined
}

const whatsappHosts = ['web.whatsapp.com', 'mmg.whatsapp.net']

/** The machine's own proxy also carries WhatsApp, as far as NO_PROXY allows. A sandbox is on this machine. */
const environmentProxy = ({ HTTPS_PROXY, NO_PROXY = '', SWITCHBOARD_SANDBOX_URL }: Variables): string | undefined => {
  const excepted = NO_PROXY.split(',')
    .map((entry) => entry.trim().replace(/^\*?\./, ''))
    .filter(Boolean)
  const direct = excepted.some(
    (entry) => entry === '*' || whatsappHosts.some((host) => host === entry || host.endsWith(`.${entry}`)),
  )
  return direct || SWITCHBOARD_SANDBOX_URL ? undefined : HTTPS_PROXY
}

const bucketOf = (values: Variables): ConfigWithoutSecrets['media']['s3'] => {
  const endpoint = values.SWITCHBOARD_MEDIA_S3_ENDPOINT?.replace(/\/+$/, '')
  const bucket = values.SWITCHBOARD_MEDIA_S3_BUCKET
  const accessKeyId = values.SWITCHBOARD_MEDIA_S3_ACCESS_KEY_ID
  const secretAccessKey = values.SWITCHBOARD_MEDIA_S3_SECRET_ACCESS_KEY
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return undefined
  return { endpoint, bucket, region: values.SWITCHBOARD_MEDIA_S3_REGION, accessKeyId, secretAccessKey }
}

const clusterOf = (values: Variables): ConfigWithoutSecrets['cluster'] =>
  values.SWITCHBOARD_NATS_URL && {
    nats: {
      urls: values.SWITCHBOARD_NATS_URL,
      user: values.SWITCHBOARD_NATS_USER,
      password: values.SWITCHBOARD_NATS_PASSWORD,
      token: values.SWITCHBOARD_NATS_TOKEN,
      credsFile: values.SWITCHBOARD_NATS_CREDS,
      nkeyFile: values.SWITCHBOARD_NATS_NKEY,
      tls: {
        caFile: values.SWITCHBOARD_NATS_TLS_CA,
        certFile: values.SWITCHBOARD_NATS_TLS_CERT,
        keyFile: values.SWITCHBOARD_NATS_TLS_KEY,
      },
    },
    nodeUrl: values.SWITCHBOARD_NODE_URL,
  }

/** Variables that fit together → configuration by domain. Pure. */
export const groupConfig = (values: Variables, options: { defaultDataDir: string }): ConfigWithoutSecrets => ({
  http: {
    address: values.SERVER_ADDRESS,
    port: values.SERVER_PORT,
    basePath: values.HTTP_BASE_URL,
    trustedProxies: values.SWITCHBOARD_TRUSTED_PROXIES ?? [],
    publicUrl: values.SWITCHBOARD_PUBLIC_URL?.replace(/\/+$/, ''),
    corsOrigins: values.HTTP_CORS_ORIGIN,
    compat: values.SWITCHBOARD_COMPAT ?? [],
    bodyLimitBytes: values.HTTP_BODY_LIMIT_SIZE,
    gzipLevel: Math.max(0, values.HTTP_GZIP_LEVEL),
    shutdownGraceMs: values.SWITCHBOARD_SHUTDOWN_GRACE,
  },
  storage: {
    ...storageOf(values, options.defaultDataDir),
    eventRetentionDays: values.SWITCHBOARD_EVENT_RETENTION_DAYS,
    messageRetentionDays: values.SWITCHBOARD_MESSAGE_RETENTION_DAYS,
    auditRetentionDays: values.SWITCHBOARD_AUDIT_RETENTION_DAYS,
    formerMasterKeys: values.SWITCHBOARD_MASTER_KEY_PREVIOUS ?? [],
    sealContent: values.SWITCHBOARD_SEAL_CONTENT,
  },
  cluster: clusterOf(values),
  secrets: {
    adminSecret: values.ADMIN_SECRET_KEY,
    jwtSecret: values.JWT_SECRET_KEY,
    masterKey: values.SWITCHBOARD_MASTER_KEY,
  },
  makesSecrets: storageTypeOf(values) === 'sqlite' || values.SWITCHBOARD_MAKE_SECRETS,
  tokens: {
    ttlMs: values.SWITCHBOARD_TOKEN_TTL,
    formerSecrets: values.JWT_SECRET_KEY_PREVIOUS ?? [],
  },
  whatsapp: {
    clientName: values.WHATSAPP_DEVICE_OS_NAME,
    logLevel: values.WHATSAPP_LOG_LEVEL,
    link: values.SWITCHBOARD_LINK,
    proxyUrl: values.WHATSAPP_CLIENT_PROXY_URL ?? environmentProxy(values),
    version: versionOf(values),
    versionRefresh: {
      enabled: values.WHATSAPP_ENABLE_WAVERSION_REFRESH_CRON,
      schedule: values.WHATSAPP_WAVERSION_REFRESH_CRON_SPEC,
      force: values.WHATSAPP_WAVERSION_REFRESH_CRON_FORCE,
      minIntervalMs: values.WHATSAPP_WAVERSION_REFRESH_MIN_INTERVAL,
    },
    registrationCache: {
      enabled: values.WHATSAPP_ISON_CACHE_ENABLED,
      ttlMs: values.WHATSAPP_ISON_CACHE_TTL,
      max: values.WHATSAPP_ISON_CACHE_MAX,
    },
    registrationBatch: values.WHATSAPP_ISON_BATCH_SIZE,
    groupListKeepMs: values.WHATSAPP_GROUP_LIST_CACHE_DISABLED ? 0 : values.WHATSAPP_GROUP_LIST_CACHE_TTL,
    appStateEvents: values.WHATSAPP_APPSTATE_WEBHOOK_ENABLED,
    watchdog: values.WHATSAPP_ENABLE_HEALTH_CHECK_CRON,
    pairingsPerKey: values.SWITCHBOARD_PAIRINGS_PER_KEY,
    engineThreads: values.SWITCHBOARD_ENGINE_THREADS,
  },
  media: {
    compressImages: values.WHATSAPP_MEDIA_IMAGE_COMPRESSION,
    webpToPng: values.WHATSAPP_MEDIA_IMAGE_CONVERT_WEBP,
    linkPreviews: values.SWITCHBOARD_LINK_PREVIEWS,
    ffmpeg: values.SWITCHBOARD_FFMPEG,
    ffmpegLimitMs: values.SWITCHBOARD_FFMPEG_LIMIT,
    autoDownload: values.WHATSAPP_AUTO_DOWNLOAD_MEDIA,
    autoMaxBytes: values.SWITCHBOARD_MEDIA_AUTO_MAX_SIZE,
    linkLifeMs: values.SWITCHBOARD_MEDIA_LINK_TTL,
    quotaBytes: values.SWITCHBOARD_MEDIA_QUOTA,
    retentionDays: values.SWITCHBOARD_MEDIA_RETENTION_DAYS,
    limits: {
      image: values.SWITCHBOARD_MEDIA_MAX_IMAGE,
      video: values.SWITCHBOARD_MEDIA_MAX_VIDEO,
      audio: values.SWITCHBOARD_MEDIA_MAX_AUDIO,
      sticker: values.SWITCHBOARD_MEDIA_MAX_STICKER,
      document: values.SWITCHBOARD_MEDIA_MAX_DOCUMENT,
    },
    uploadKeepMs: values.SWITCHBOARD_MEDIA_UPLOAD_TTL,
    deviceBytes: values.SWITCHBOARD_MEDIA_DEVICE_MAX,
    s3: bucketOf(values),
  },
  pacing: {
    presence: values.WHATSAPP_AUTO_PRESENCE_ENABLED,
    typing: values.WHATSAPP_AUTO_TYPING_ENABLED && values.WHATSAPP_AUTO_PRESENCE_ENABLED,
    typingDelay: range(values.WHATSAPP_TYPING_DELAY_MIN, values.WHATSAPP_TYPING_DELAY_MAX),
    autoMarkRead: values.WHATSAPP_AUTO_MARK_READ,
    readReceiptJitter: values.WHATSAPP_READ_RECEIPT_JITTER_ENABLED,
    readReceiptDelay: range(values.WHATSAPP_READ_RECEIPT_DELAY_MIN, values.WHATSAPP_READ_RECEIPT_DELAY_MAX),
    rateLimit: {
      enabled: values.WHATSAPP_RATE_LIMIT_ENABLED,
      perMinute: values.WHATSAPP_RATE_LIMIT_MSG_PER_MINUTE,
      burst: Math.min(values.WHATSAPP_RATE_LIMIT_BURST_SIZE, values.WHATSAPP_RATE_LIMIT_MSG_PER_MINUTE),
    },
  },
  autoReply: {
    enabled: values.WHATSAPP_AUTO_REPLY_ENABLED,
    text: (values.WHATSAPP_AUTO_REPLY_TEXT ?? '').replaceAll('\\n', '\n'),
    intervalMs: values.WHATSAPP_AUTO_REPLY_INTERVAL,
  },
  startup: {
    concurrency: values.WHATSAPP_STARTUP_RECONNECT_CONCURRENCY,
    jitterMaxMs: values.WHATSAPP_STARTUP_RECONNECT_JITTER_MAX,
    retries: values.WHATSAPP_STARTUP_RECONNECT_RETRIES,
    backoffBaseMs: values.WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE,
    backoffMaxMs: Math.max(
      values.WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE,
      values.WHATSAPP_STARTUP_RECONNECT_BACKOFF_MAX,
    ),
  },
  webhooks: {
    enabled: values.WEBHOOKS_ENABLED,
    workers: values.WEBHOOK_WORKERS,
    retryLimit: values.WEBHOOK_RETRY_LIMIT,
    maxPerDevice: values.WEBHOOK_MAX_PER_DEVICE,
    retentionDays: values.WEBHOOK_DELIVERY_RETENTION_DAYS,
    allowPrivateNetworks: values.SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE,
  },
  watchdog: { limitMs: values.SWITCHBOARD_STANDSTILL_LIMIT },
  log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
  outboundProxy: { http: values.HTTP_PROXY, https: values.HTTPS_PROXY, except: values.NO_PROXY },
  sandbox: { port: values.SANDBOX_PORT, tls: values.SANDBOX_TLS, url: values.SWITCHBOARD_SANDBOX_URL },
})
