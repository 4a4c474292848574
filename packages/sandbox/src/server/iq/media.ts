import { issueUploadAuth, uploadAuthSeconds } from '../../world/media/upload-auth.ts'
import type { IqNamespace } from './iq-handler.ts'

/** Where to upload and download, and the token to upload with. Seen in two clients: whatsmeow refuses an answer without auth_ttl and max_buckets
 *  (mediaconn.go), baileys reads hosts and their size limit (messages-send.js). The children of host are inferred. */
export const media: IqNamespace = {
  xmlns: 'w:m',
  handlers: {
    'set media_conn': ({ world, from }) => [
      {
        tag: 'media_conn',
        attrs: {
          auth: issueUploadAuth(world, from),
          ttl: String(uploadAuthSeconds),
          auth_ttl: String(uploadAuthSeconds),
          max_buckets: '12',
          id: '1',
          max_manual_retry: '3',
          max_auto_download_retry: '3',
        },
        content: [
          {
            tag: 'host',
            attrs: { hostname: world.mediaHost, class: 'primary', type: 'primary', maxContentLengthBytes: '104857600' },
            content: [
              { tag: 'upload', attrs: {} },
              { tag: 'download', attrs: {} },
            ],
          },
          // Seen in one client (zapo media/constants.ts).
          { tag: 'host', attrs: { hostname: 'mmg-fallback.whatsapp.net', type: 'fallback' } },
        ],
      },
    ],
  },
}
