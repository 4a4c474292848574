import type { IqNamespace } from './iq-handler.ts'

/** Where to upload and download. whatsmeow refuses an answer without auth_ttl and max_buckets (mediaconn.go); baileys reads hosts (messages-send.js). */
export const media: IqNamespace = {
  xmlns: 'w:m',
  handlers: {
    'set media_conn': ({ world, from }) => [
      {
        tag: 'media_conn',
        attrs: {
          auth: `sandbox-${from.account.lid}`,
          ttl: '3600',
          auth_ttl: '3600',
          max_buckets: '12',
          id: '1',
          max_manual_retry: '3',
          max_auto_download_retry: '3',
        },
        content: [{ tag: 'host', attrs: { hostname: world.mediaHost } }],
      },
    ],
  },
}
