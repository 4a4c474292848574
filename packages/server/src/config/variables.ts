import { z } from 'zod'
import * as kind from './kinds.ts'
import { optional, setting } from './setting.ts'

/** Every variable that the gateway reads, with its default and its words. `.env.example` comes from here. */
export const variables = z.object({
  SERVER_ADDRESS: setting(kind.text('an IP address or host name'), {
    section: 'Server',
    default: '0.0.0.0',
    description: 'Address on which the API listens.',
  }),
  SERVER_PORT: setting(kind.port, {
    section: 'Server',
    default: '7001',
    description: 'Port on which the API listens.',
  }),
  SANDBOX_PORT: setting(kind.port, {
    section: 'Server',
    default: '7002',
    description: 'Port of the WhatsApp world of `npm run sandbox`, on loopback. The gateway alone does not use it.',
  }),
  SANDBOX_TLS: setting(kind.flag, {
    section: 'Server',
    default: 'false',
    description:
      'Also answer TLS on the port of the world of `npm run sandbox`, for clients that need it. `GET /` of the world shows the certificate authority to trust.',
  }),
  SWITCHBOARD_SANDBOX_URL: optional(kind.url('http'), {
    section: 'Server',
    description:
      'Address of a running sandbox (`http://127.0.0.1:7002`). Devices of this gateway are then linked to phones of that sandbox instead of the real WhatsApp. Give such a gateway its own data directory.',
  }),
  HTTP_BASE_URL: setting(kind.pathPrefix, {
    section: 'Server',
    default: '',
    description:
      'Path in front of every route except /favicon.ico, for a gateway behind a shared host name. Slashes at its ends make no difference: api, /api and /api/ are the same.',
  }),
  SWITCHBOARD_TRUSTED_PROXIES: optional(kind.networks, {
    section: 'Server',
    description:
      'Addresses and ranges of the proxies and load balancers in front, with commas between. Their X-Forwarded-For or Forwarded header says who calls, and X-Forwarded-Proto and X-Forwarded-Host how links begin; the same headers from others are ignored. The caller is the last address in the list that is not such a proxy. Without this setting, everybody behind a proxy counts as one address.',
  }),
  SWITCHBOARD_PUBLIC_URL: optional(kind.url('http', 'https'), {
    section: 'Server',
    description:
      'Address at which others reach this API, such as https://wa.example.com/api: links to files in events begin with it. Without it they begin with the path (`/media/…`). Links in answers begin with the address that the request was sent to.',
  }),
  HTTP_CORS_ORIGIN: setting(kind.origins, {
    section: 'Server',
    default: '*',
    description:
      'Web origins that may call the API from a browser. Pages of these origins call with a credential in a header. The cookie of the console is SameSite=Strict, needs the header X-Requested-With and counts for pages of this server alone, so * is safe.',
  }),
  SWITCHBOARD_COMPAT: optional(kind.compatibility, {
    section: 'Server',
    description:
      'Products that are answered for in their own form, so that bots written for them keep working: waha, evolution, gdbrns (the server in Go that had this API first), with commas between. The guide compatibility.md says what is covered.',
  }),
  HTTP_BODY_LIMIT_SIZE: setting(kind.size, {
    section: 'Server',
    default: '8M',
    description:
      'Largest request body that carries a file in JSON; one without a file has at most 1M. A larger one is answered with 413.',
  }),
  HTTP_GZIP_LEVEL: setting(kind.integer(-1, 9), {
    section: 'Server',
    default: '1',
    description: 'Compression of answers: 1 is fastest, 9 smallest, 0 or -1 switch it off.',
  }),
  SWITCHBOARD_SHUTDOWN_GRACE: setting(kind.duration({ zero: true }), {
    section: 'Server',
    default: '0',
    description:
      'After SIGTERM `/readyz` says at once that the server is not ready, and for this long requests are still answered before the server drains. Behind a load balancer, give it a little more than the time between two of its probes, such as 10s.',
  }),
  HTTP_CACHE_TTL_SECONDS: optional(
    kind.useless(
      'answers are never cached, because a shared cache can give one customer the answer of another; remove the setting',
      kind.noughtAlone,
    ),
    { section: 'Server', description: 'How long answers are cached. Not used here.' },
  ),

  WHATSAPP_DATASTORE_TYPE: optional(
    kind.choice(['sqlite', 'postgres'], { sqlite3: 'sqlite', postgresql: 'postgres', pgx: 'postgres' }),
    {
      section: 'Storage',
      description:
        'Database. sqlite needs nothing and is the default; postgres is for production. When only WHATSAPP_DATASTORE_URI is given, its scheme decides.',
    },
  ),
  WHATSAPP_DATASTORE_URI: optional(kind.text('a PostgreSQL URL, or for sqlite the path of a file'), {
    section: 'Storage',
    secret: true,
    description:
      'Where the database is: postgres://user:password@host:5432/name?sslmode=require, or a file for sqlite (switchboard.db in the data directory when absent).',
  }),
  WHATSAPP_KEYS_DATASTORE_URI: optional(
    kind.useless(
      'the keys of a message and the message are stored in one transaction, so that no crash can part them; remove the setting, and give one database as WHATSAPP_DATASTORE_URI',
    ),
    { section: 'Storage', secret: true, description: 'A separate database for session keys. Not used here.' },
  ),
  SWITCHBOARD_DATA_DIR: optional(kind.text('a directory'), {
    section: 'Storage',
    description:
      'Directory of the embedded database and of generated secrets. ./data when absent; `npm run sandbox` uses ./data/sandbox.',
  }),

  SWITCHBOARD_EVENT_RETENTION_DAYS: setting(kind.integer(0), {
    section: 'Storage',
    default: '30',
    description:
      'Days for which events can be read again (`GET /events`, the live stream, replays). An event that is still in the log of a webhook is kept as long as that log (WEBHOOK_DELIVERY_RETENTION_DAYS). On PostgreSQL whole days (UTC) are forgotten. 0 keeps all events. Messages are not events: they are kept.',
  }),
  SWITCHBOARD_MESSAGE_RETENTION_DAYS: setting(kind.integer(0), {
    section: 'Storage',
    default: '0',
    description:
      'Days for which messages are kept, with their reactions, votes and receipts. What waits to be sent stays. 0 keeps all messages. A customer can keep less: `PATCH /retention`.',
  }),
  SWITCHBOARD_AUDIT_RETENTION_DAYS: setting(kind.integer(0), {
    section: 'Storage',
    default: '0',
    description: 'Days for which the audit is kept. 0 keeps all of it.',
  }),

  SWITCHBOARD_SEAL_CONTENT: setting(kind.flag, {
    section: 'Storage',
    default: 'false',
    description:
      'Seal what people wrote before it is stored: texts, captions, names and events, with a key for each device under SWITCHBOARD_MASTER_KEY. Whoever has the database or a copy of its files without that key reads none of it. What was stored before is sealed in the background, and opened again after this is switched off. All gateways of a database need the same value. Not the files of messages. The guide data-protection.md says what is covered.',
  }),

  SWITCHBOARD_NATS_URL: optional(kind.urls('nats', 'tls'), {
    section: 'Cluster',
    secret: true,
    description:
      'Servers of one NATS, such as `nats://10.0.0.5:4222`, with commas between. With it and PostgreSQL, this gateway works together with all gateways that have the same database and the same NATS: each has a part of the devices, and every one answers every request. Without it, one gateway works and others wait.',
  }),
  SWITCHBOARD_NATS_USER: optional(kind.text(), {
    section: 'Cluster',
    description: 'User of that NATS, when it is not in its URL.',
  }),
  SWITCHBOARD_NATS_PASSWORD: optional(kind.text(), {
    section: 'Cluster',
    secret: true,
    description: 'Password of that user.',
  }),
  SWITCHBOARD_NATS_TOKEN: optional(kind.text(), {
    section: 'Cluster',
    secret: true,
    description: 'Token, where NATS wants one instead of a user.',
  }),
  SWITCHBOARD_NATS_CREDS: optional(kind.text('the path of a file'), {
    section: 'Cluster',
    description: 'File with the credentials of a user (a JWT and a seed), as `nsc` makes it.',
  }),
  SWITCHBOARD_NATS_NKEY: optional(kind.text('the path of a file'), {
    section: 'Cluster',
    description: 'File with the seed of an nkey.',
  }),
  SWITCHBOARD_NATS_TLS_CA: optional(kind.text('the path of a file'), {
    section: 'Cluster',
    description:
      'File with the certificate authorities (PEM) that sign for NATS. With it, as with `tls://` in the URL, nothing is said without TLS.',
  }),
  SWITCHBOARD_NATS_TLS_CERT: optional(kind.text('the path of a file'), {
    section: 'Cluster',
    description: 'File with the certificate of this gateway (PEM), where NATS wants one.',
  }),
  SWITCHBOARD_NATS_TLS_KEY: optional(kind.text('the path of a file'), {
    section: 'Cluster',
    description: 'File with the key of that certificate (PEM).',
  }),
  SWITCHBOARD_SHARED_DIR: optional(kind.text('a directory that every node can write'), {
    section: 'Cluster',
    description:
      'Directory that all nodes have in common, such as an NFS mount: files of sends that were accepted, so that any node can send them, and files of messages unless they are in a bucket (SWITCHBOARD_MEDIA_S3_ENDPOINT). Required with SWITCHBOARD_NATS_URL; at its start, a node looks there for the files of the others. SWITCHBOARD_DATA_DIR is for each node alone, and may be empty at each start.',
  }),
  SWITCHBOARD_NODE_URL: optional(kind.origin, {
    section: 'Cluster',
    description:
      'Where the other gateways reach this one, such as `http://10.0.0.7:7001`. When absent: the address on which it listens, or the first address of this machine that is not loopback when it listens on all of them.',
  }),

  ADMIN_SECRET_KEY: optional(kind.secret, {
    section: 'Secrets',
    secret: true,
    description:
      'Secret of the operator, sent as X-Admin-Secret. With sqlite it is generated into the data directory and printed once when absent; with postgres it is required.',
  }),
  JWT_SECRET_KEY: optional(kind.secret, {
    section: 'Secrets',
    secret: true,
    description:
      'Key that signs device tokens. Changing it ends every token that JWT_SECRET_KEY_PREVIOUS does not keep. Generated or required as ADMIN_SECRET_KEY.',
  }),
  JWT_SECRET_KEY_PREVIOUS: optional(kind.secrets, {
    section: 'Secrets',
    secret: true,
    description:
      'Earlier values of JWT_SECRET_KEY: tokens signed with them are still valid, new tokens are signed with JWT_SECRET_KEY. Remove a value when its tokens have been replaced.',
  }),
  SWITCHBOARD_TOKEN_TTL: setting(kind.duration({ zero: true }), {
    section: 'Secrets',
    default: '0',
    description:
      'How long a new device token is valid, such as 720h; `POST /devices/token` makes the next one. 0: until it is replaced, or its device or API key is deleted.',
  }),
  SWITCHBOARD_MASTER_KEY: optional(kind.key, {
    section: 'Secrets',
    secret: true,
    description:
      'Key that seals credentials, webhook secrets and proxy addresses in the database. Keep a copy: without it every device must be linked again. Generated or required as ADMIN_SECRET_KEY.',
  }),
  SWITCHBOARD_MASTER_KEY_PREVIOUS: optional(kind.keys, {
    section: 'Secrets',
    secret: true,
    description:
      'Earlier values of SWITCHBOARD_MASTER_KEY. To change the key, give the new one there and the old one here (a generated one is in secrets/master-key in the data directory: remove that file too) and start once: what the old key sealed is then sealed with the new one, and the log says when the old one can be removed.',
  }),

  SWITCHBOARD_MAKE_SECRETS: setting(kind.flag, {
    section: 'Secrets',
    default: 'false',
    description:
      'Make the secrets that are not given with postgres too, into the data directory. For a gateway with a data directory that stays, such as a volume: whoever takes over the database elsewhere needs the same secrets.',
  }),

  WHATSAPP_CLIENT_PROXY_URL: optional(kind.proxyUrl('http', 'https', 'socks5', 'socks5h'), {
    section: 'WhatsApp',
    secret: true,
    description:
      'Proxy for every device without its own proxy. When a proxy fails, the connection fails; it is never made directly.',
  }),
  SWITCHBOARD_ENGINE_THREADS: setting(kind.autoOr(kind.integer(0, 64)), {
    section: 'WhatsApp',
    default: 'auto',
    description:
      'Threads that share the WhatsApp connections of this process, with their encryption; 0: the main thread has all of them. auto: none on a machine with one or two processor cores; on a larger one a thread for each 200 connected devices, at most two fewer than there are cores, and at most 8. A device stays in its thread as long as it is connected.',
  }),
  SWITCHBOARD_PAIRINGS_PER_KEY: setting(kind.integer(1), {
    section: 'WhatsApp',
    default: '20',
    description:
      'How many devices of one API key may wait at the same time for a phone to link them. Each keeps a connection to WhatsApp open for up to three minutes.',
  }),
  WHATSAPP_DEVICE_OS_NAME: setting(kind.text(), {
    section: 'WhatsApp',
    default: 'Chrome',
    description: 'Name that the phone shows in its list of linked devices.',
  }),
  WHATSAPP_LOG_LEVEL: setting(kind.choice(['debug', 'info', 'warn', 'error']), {
    section: 'WhatsApp',
    default: 'ERROR',
    description: 'Log level of the connections to WhatsApp and of what speaks their protocol.',
  }),
  SWITCHBOARD_LINK: setting(kind.choice(['own', 'baileys']), {
    section: 'WhatsApp',
    default: 'own',
    description:
      'What connects devices to WhatsApp: the link that comes with Switchboard, or the one of the library baileys, which takes more memory and time. Devices stay linked when this changes.',
  }),
  WHATSAPP_VERSION_MAJOR: optional(kind.integer(0), {
    section: 'WhatsApp',
    description:
      'First part of the WhatsApp Web version to present. The three parts count together; absent means the version that the gateway knows.',
  }),
  WHATSAPP_VERSION_MINOR: optional(kind.integer(0), {
    section: 'WhatsApp',
    description: 'Second part of that version.',
  }),
  WHATSAPP_VERSION_PATCH: optional(kind.integer(0), {
    section: 'WhatsApp',
    description: 'Third part of that version.',
  }),
  WHATSAPP_WAVERSION_REFRESH_MIN_INTERVAL: setting(kind.duration({ zero: true }), {
    section: 'WhatsApp',
    default: '10m',
    description:
      'Shortest time between two looks for the newest WhatsApp Web version. A look that is forced, and one after WhatsApp called the version too old, comes at once.',
  }),
  WHATSAPP_ENABLE_WAVERSION_REFRESH_CRON: setting(kind.flag, {
    section: 'WhatsApp',
    default: 'false',
    description:
      'Look for the newest WhatsApp Web version on a schedule. Without it, the gateway looks when WhatsApp calls the version too old.',
  }),
  WHATSAPP_WAVERSION_REFRESH_CRON_SPEC: setting(kind.schedule, {
    section: 'WhatsApp',
    default: '0 0 3 * * *',
    description:
      'That schedule: six fields, seconds first, in the time zone of the server; @hourly, @daily, @weekly, @monthly or @yearly; or @every and a duration, counted from the start. TZ=Europe/Berlin and a space in front choose another zone. A time in the hour that summer time leaves out runs when that hour has passed.',
  }),
  WHATSAPP_WAVERSION_REFRESH_CRON_FORCE: setting(kind.flag, {
    section: 'WhatsApp',
    default: 'false',
    description: 'Let the schedule ignore the shortest time.',
  }),
  WHATSAPP_APPSTATE_WEBHOOK_ENABLED: setting(kind.flag, {
    section: 'WhatsApp',
    default: 'false',
    description:
      'Raise the appstate.* events: one for each record that the account’s devices share, and one for each time that they were taken in.',
  }),
  WHATSAPP_GROUP_LIST_CACHE_TTL: setting(kind.duration(), {
    section: 'WhatsApp',
    default: '5m',
    description: 'How long the list of groups of a device may be reused.',
  }),
  WHATSAPP_GROUP_LIST_CACHE_DISABLED: setting(kind.flag, {
    section: 'WhatsApp',
    default: 'false',
    description: 'Ask WhatsApp for the groups every time.',
  }),
  WHATSAPP_ISON_CACHE_ENABLED: setting(kind.flag, {
    section: 'WhatsApp',
    default: 'false',
    description: 'Remember whether a number has WhatsApp. Only answers are remembered, never failures.',
  }),
  WHATSAPP_ISON_CACHE_TTL: setting(kind.duration(), {
    section: 'WhatsApp',
    default: '5m',
    description: 'How long such an answer may be reused.',
  }),
  WHATSAPP_ISON_CACHE_MAX: setting(kind.integer(1), {
    section: 'WhatsApp',
    default: '1000',
    description: 'How many such answers are kept.',
  }),
  WHATSAPP_ISON_BATCH_SIZE: setting(kind.integer(1), {
    section: 'WhatsApp',
    default: '50',
    description: 'How many numbers one request to WhatsApp may contain.',
  }),
  WHATSAPP_MEDIA_IMAGE_COMPRESSION: setting(kind.flag, {
    section: 'Media',
    default: 'true',
    description:
      'Make images smaller before they are sent: at most 1024 pixels wide, as JPEG. When off, an image of up to 1600 pixels is sent byte for byte unless it is turned or holds metadata (place, camera), and a larger one is reduced to that.',
  }),
  WHATSAPP_MEDIA_IMAGE_CONVERT_WEBP: setting(kind.flag, {
    section: 'Media',
    default: 'true',
    description: 'Turn WebP images into PNG, which every phone shows.',
  }),
  SWITCHBOARD_LINK_PREVIEWS: setting(kind.flag, {
    section: 'Media',
    default: 'true',
    description:
      'Show previews of links in texts: the page and its picture are asked for before the text is sent, for at most 5 seconds. A request can switch it off for its text.',
  }),
  SWITCHBOARD_MEDIA_MAX_IMAGE: setting(kind.size, {
    section: 'Media',
    default: '16M',
    description: 'Largest file that is taken as an image. A larger one is answered with 413 and this limit.',
  }),
  SWITCHBOARD_MEDIA_MAX_VIDEO: setting(kind.size, {
    section: 'Media',
    default: '100M',
    description: 'Largest file that is taken as a video.',
  }),
  SWITCHBOARD_MEDIA_MAX_AUDIO: setting(kind.size, {
    section: 'Media',
    default: '20M',
    description: 'Largest file that is taken as audio or as a voice note.',
  }),
  SWITCHBOARD_MEDIA_MAX_STICKER: setting(kind.size, {
    section: 'Media',
    default: '20M',
    description: 'Largest file from which a sticker is made.',
  }),
  SWITCHBOARD_MEDIA_MAX_DOCUMENT: setting(kind.size, {
    section: 'Media',
    default: '2G',
    description: 'Largest file that is taken as a document, or by `POST /media`.',
  }),
  SWITCHBOARD_MEDIA_UPLOAD_TTL: setting(kind.duration(), {
    section: 'Media',
    default: '24h',
    description: 'How long a file that was uploaded with `POST /media` can be sent.',
  }),
  SWITCHBOARD_MEDIA_DEVICE_MAX: setting(kind.size, {
    section: 'Media',
    default: '8G',
    description:
      'How much one device may keep in the data directory at the same time: files that wait to be sent, and files of `POST /media`.',
  }),
  SWITCHBOARD_FFMPEG: setting(kind.program, {
    section: 'Media',
    default: 'ffmpeg',
    description:
      'The ffmpeg that converts what the gateway cannot convert by itself: videos, GIFs, M4A voice notes. Without one, such files are refused with `media_conversion_unavailable`.',
  }),
  SWITCHBOARD_FFMPEG_LIMIT: setting(kind.duration(), {
    section: 'Media',
    default: '30s',
    description:
      'For how long ffmpeg may work on one file. A longer video of another kind than H.264 needs more: about half of its length on two cores.',
  }),

  WHATSAPP_AUTO_DOWNLOAD_MEDIA: setting(kind.flag, {
    section: 'Media',
    default: 'false',
    description:
      'Fetch and store the files of incoming messages at once. When off, a file is fetched from WhatsApp when somebody asks for it. Each device can have a policy of its own (`POST /devices/me/media-policy`).',
  }),
  SWITCHBOARD_MEDIA_AUTO_MAX_SIZE: setting(kind.size, {
    section: 'Media',
    default: '16M',
    description: 'Larger files are not fetched at once.',
  }),
  SWITCHBOARD_MEDIA_LINK_TTL: setting(kind.duration(), {
    section: 'Media',
    default: '1h',
    description:
      'How long a signed link to a file is valid. After that the file is still there for who has the token of the device.',
  }),
  SWITCHBOARD_MEDIA_QUOTA: setting(kind.sizeOrNone, {
    section: 'Media',
    default: '10G',
    description:
      'How much of the files of its messages is stored for one API key. Beyond it files are fetched from WhatsApp whenever they are asked for.',
  }),
  SWITCHBOARD_MEDIA_RETENTION_DAYS: setting(kind.integer(0), {
    section: 'Media',
    default: '30',
    description:
      'Days for which a file is stored. After that it is fetched from WhatsApp again when it is asked for, or from the phone. 0 keeps all files.',
  }),

  SWITCHBOARD_MEDIA_S3_ENDPOINT: optional(kind.url('http', 'https'), {
    section: 'Media',
    description:
      'Store files in a bucket that speaks S3 (AWS, MinIO, Ceph, R2) instead of the data directory: the address of the service, such as https://s3.eu-central-1.amazonaws.com. What was stored before stays where it is, and is fetched from WhatsApp again when it is asked for.',
  }),
  SWITCHBOARD_MEDIA_S3_BUCKET: optional(kind.word('the name of a bucket'), {
    section: 'Media',
    description: 'That bucket.',
  }),
  SWITCHBOARD_MEDIA_S3_REGION: setting(kind.word('the name of a region'), {
    section: 'Media',
    default: 'us-east-1',
    description: 'Region of the bucket; services of your own usually take any.',
  }),
  SWITCHBOARD_MEDIA_S3_ACCESS_KEY_ID: optional(kind.word('an access key id'), {
    section: 'Media',
    secret: true,
    description: 'Key that may read, write and delete objects in it.',
  }),
  SWITCHBOARD_MEDIA_S3_SECRET_ACCESS_KEY: optional(kind.word('a secret access key'), {
    section: 'Media',
    secret: true,
    description: 'Secret of that key.',
  }),

  WHATSAPP_AUTO_PRESENCE_ENABLED: setting(kind.flag, {
    section: 'Pacing',
    default: 'true',
    description: 'Appear online before and after each send. When off, typing is off too.',
  }),
  WHATSAPP_AUTO_TYPING_ENABLED: setting(kind.flag, {
    section: 'Pacing',
    default: 'true',
    description: 'Show typing before a text is sent.',
  }),
  WHATSAPP_TYPING_DELAY_MIN: setting(kind.duration(), {
    section: 'Pacing',
    default: '1s',
    description: 'Shortest time of typing.',
  }),
  WHATSAPP_TYPING_DELAY_MAX: setting(kind.duration(), {
    section: 'Pacing',
    default: '3s',
    description: 'Longest time of typing. If it is below the shortest time, the shortest time is used.',
  }),
  WHATSAPP_AUTO_MARK_READ: setting(kind.flag, {
    section: 'Pacing',
    default: 'false',
    description: 'Mark every incoming message as read; broadcasts are left alone.',
  }),
  WHATSAPP_READ_RECEIPT_JITTER_ENABLED: setting(kind.flag, {
    section: 'Pacing',
    default: 'true',
    description: 'Wait a little before such an automatic read receipt.',
  }),
  WHATSAPP_READ_RECEIPT_DELAY_MIN: setting(kind.duration(), {
    section: 'Pacing',
    default: '500ms',
    description: 'Shortest such wait.',
  }),
  WHATSAPP_READ_RECEIPT_DELAY_MAX: setting(kind.duration(), {
    section: 'Pacing',
    default: '2s',
    description: 'Longest such wait. If it is below the shortest one, the shortest one is used.',
  }),
  WHATSAPP_RATE_LIMIT_ENABLED: setting(kind.flag, {
    section: 'Pacing',
    default: 'false',
    description:
      'Limit how fast each device sends. A send over the limit waits its turn; its request is answered with 202.',
  }),
  WHATSAPP_RATE_LIMIT_MSG_PER_MINUTE: setting(kind.integer(1), {
    section: 'Pacing',
    default: '20',
    description: 'Messages per minute and device.',
  }),
  WHATSAPP_RATE_LIMIT_BURST_SIZE: setting(kind.integer(1), {
    section: 'Pacing',
    default: '5',
    description: 'How many messages may be sent at once before the limit applies; at most the messages per minute.',
  }),

  WHATSAPP_AUTO_REPLY_ENABLED: setting(kind.flag, {
    section: 'Auto-reply',
    default: 'false',
    description:
      'Answer whoever writes to a device with WHATSAPP_AUTO_REPLY_TEXT. Groups, channels, statuses, bots, the own phone and answers of other gateways get none.',
  }),
  WHATSAPP_AUTO_REPLY_TEXT: optional(kind.text(), {
    section: 'Auto-reply',
    description: 'The text of that answer; \\n in it begins a new line.',
  }),
  WHATSAPP_AUTO_REPLY_INTERVAL: setting(kind.duration(), {
    section: 'Auto-reply',
    default: '24h',
    description: 'How long a chat gets no second answer.',
  }),

  WHATSAPP_STARTUP_RECONNECT_CONCURRENCY: setting(kind.integer(1), {
    section: 'Start',
    default: '10',
    description: 'How many devices connect at the same time after a start.',
  }),
  WHATSAPP_STARTUP_RECONNECT_JITTER_MAX: setting(kind.duration({ zero: true }), {
    section: 'Start',
    default: '5s',
    description: 'Each device waits a random time up to this before it connects.',
  }),
  WHATSAPP_STARTUP_RECONNECT_RETRIES: setting(kind.integer(1), {
    section: 'Start',
    default: '3',
    description: 'How many quick attempts a device makes. After them it tries every two minutes.',
  }),
  WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE: setting(kind.duration(), {
    section: 'Start',
    default: '2s',
    description: 'Wait after the first failed attempt. It doubles with each quick attempt.',
  }),
  WHATSAPP_STARTUP_RECONNECT_BACKOFF_MAX: setting(kind.duration(), {
    section: 'Start',
    default: '30s',
    description: 'Longest such wait.',
  }),
  WHATSAPP_ENABLE_HEALTH_CHECK_CRON: setting(kind.flag, {
    section: 'Start',
    default: 'true',
    description: 'Check open connections, and reconnect those that no longer answer.',
  }),
  WHATSAPP_ENABLE_DEVICE_RECOVERY_CRON: optional(
    kind.useless(
      'every linked device that is offline is reconnected by itself, without an end, and cannot be left offline so; to keep one offline, log it out (`DELETE /devices/me/session`)',
      kind.trueAlone,
    ),
    {
      section: 'Start',
      description: 'Reconnect devices that are offline. Replaced and banned devices are not. Not used here.',
    },
  ),
  WHATSAPP_DEVICE_RECOVERY_CRON_SPEC: optional(
    kind.useless(
      'each device is tried again at times of its own, after waits that become longer, up to two minutes; remove the setting, and see WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE',
    ),
    { section: 'Start', description: 'A schedule on which they are reconnected. Not used here.' },
  ),

  WEBHOOKS_ENABLED: setting(kind.flag, {
    section: 'Webhooks',
    default: 'true',
    description: 'Deliver events to webhooks. When off, events are stored, but not delivered.',
  }),
  WEBHOOK_WORKERS: setting(kind.integer(1), {
    section: 'Webhooks',
    default: '4',
    description:
      'Size of the delivery engine: up to 64 requests at the same time for each. A slow endpoint does not delay others.',
  }),
  WEBHOOK_RETRY_LIMIT: setting(kind.integer(1), {
    section: 'Webhooks',
    default: '3',
    description:
      'Attempts of one event, at 0, 2, 7, 22 s and so on, before it may become a dead letter: at once when the endpoint rejects it (4xx), and otherwise when the next event is delivered. If that one fails too, the webhook waits and keeps the order.',
  }),
  WEBHOOK_MAX_PER_DEVICE: setting(kind.integer(1), {
    section: 'Webhooks',
    default: '5',
    description: 'How many webhooks a device may have, and an API key for itself.',
  }),
  WEBHOOK_CACHE_TTL_SECONDS: optional(
    kind.useless('a change of a webhook takes effect at once; remove the setting', kind.noughtAlone),
    {
      section: 'Webhooks',
      description: 'How long a change of a webhook may take until it has an effect. Not used here.',
    },
  ),
  WEBHOOK_DELIVERY_RETENTION_DAYS: setting(kind.integer(1), {
    section: 'Webhooks',
    default: '7',
    description: 'Days for which the log of deliveries is kept.',
  }),
  SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: setting(kind.flag, {
    section: 'Webhooks',
    default: 'false',
    description:
      'Let webhooks reach private and loopback addresses, also over http. For development; the sandbox switches it on. With it, customers can reach your internal network.',
  }),

  SWITCHBOARD_STANDSTILL_LIMIT: setting(kind.duration({ zero: true }), {
    section: 'Logs and network',
    default: '30s',
    description:
      'How long the process may be blocked, for example by an endless loop. After that it logs where it is blocked and ends with SIGKILL, so that its supervisor (systemd, Docker, Kubernetes) restarts it. A thread of SWITCHBOARD_ENGINE_THREADS that is blocked for so long is ended alone, and its devices connect again.',
  }),
  LOG_LEVEL: setting(kind.choice(['debug', 'info', 'warn', 'error']), {
    section: 'Logs and network',
    default: 'info',
    description: 'Lowest level that is logged.',
  }),
  LOG_FORMAT: setting(kind.choice(['text', 'json']), {
    section: 'Logs and network',
    default: 'text',
    description: 'text for people, json for machines.',
  }),
  HTTP_PROXY: optional(kind.proxyUrl('http', 'https'), {
    section: 'Logs and network',
    secret: true,
    description: 'Proxy of webhooks over http.',
  }),
  HTTPS_PROXY: optional(kind.proxyUrl('http', 'https'), {
    section: 'Logs and network',
    secret: true,
    description: 'Proxy of webhooks over https, and of WhatsApp connections without a proxy of their own.',
  }),
  NO_PROXY: optional(kind.text('host names with commas between them'), {
    section: 'Logs and network',
    description: 'Hosts that are reached without those proxies; *.whatsapp.net or web.whatsapp.com is for WhatsApp.',
  }),
  LIBWEBP_VERSION: optional(
    kind.useless('the library for WebP comes with the gateway, and no other is loaded; remove the setting'),
    { section: 'Logs and network', description: 'Version of the library for WebP. Not used here.' },
  ),
})

export type Variables = z.output<typeof variables>
