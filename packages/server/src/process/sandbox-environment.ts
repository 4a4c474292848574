import type { Environment } from '../config/read-config.ts'

/** Where a sandbox keeps everything, unless SWITCHBOARD_DATA_DIR says otherwise. */
export const sandboxDataDir = 'data/sandbox'

/** The sandbox never touches what belongs to the real thing: no PostgreSQL, no other sandbox, and no proxy of the machine between its two halves.
 *  Webhooks to this machine are allowed. */
export const sandboxEnvironment = (environment: Environment): Environment => ({
  SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'true',
  SERVER_ADDRESS: '127.0.0.1',
  WHATSAPP_STARTUP_RECONNECT_JITTER_MAX: '200ms',
  ...environment,
  WHATSAPP_DATASTORE_TYPE: 'sqlite',
  WHATSAPP_DATASTORE_URI: undefined,
  SWITCHBOARD_SANDBOX_URL: undefined,
  HTTP_PROXY: undefined,
  HTTPS_PROXY: undefined,
})
