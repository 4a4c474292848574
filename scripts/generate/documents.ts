import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Artifact } from './artifact.ts'
import { client } from './client/client.ts'
import { controlReference } from './control-reference.ts'
import { coverage } from './coverage.ts'
import { docsFiles } from './docs-files.ts'
import { envExample } from './env-example.ts'
import { n8nEvents } from './n8n-events.ts'
import { openApi } from './openapi.ts'
import { errorReference, note, operationReference } from './reference.ts'
import { scopesPage } from './scopes-page.ts'
import { settingsPage } from './settings-page.ts'
import { statusPage } from './status-page.ts'
import { webhookEvents } from './webhook-events.ts'
import { whatsapp2026 } from './whatsapp-2026/page.ts'

/** What is made from the registries and schemas themselves. */
export const documents = async (root: string, checking: boolean): Promise<Artifact[]> => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  const document = openApi(version)
  return [
    { file: '.env.example', content: envExample() },
    { file: 'packages/server/src/generated/openapi.json', content: `${JSON.stringify(document, null, 2)}\n` },
    {
      file: 'docs/reference/operations.md',
      content: operationReference(document['paths'] as Parameters<typeof operationReference>[0]),
    },
    { file: 'docs/reference/scopes.md', content: scopesPage() },
    { file: 'docs/reference/settings.md', content: settingsPage() },
    { file: 'docs/reference/errors.md', content: errorReference() },
    { file: 'docs/WEBHOOK_EVENTS.md', content: webhookEvents() },
    { file: 'docs/reference/sandbox-control-api.md', content: controlReference(note) },
    { file: 'docs/status.md', content: statusPage() },
    { file: 'docs/reference/whatsapp-2026.md', content: whatsapp2026(root) },
    ...(await client(document)),
    n8nEvents(document),
    ...docsFiles(root),
    ...coverage(root, checking),
  ]
}
