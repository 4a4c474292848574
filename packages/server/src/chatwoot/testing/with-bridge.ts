import type { TestDevice } from '../../testing/start-test-gateway.ts'
import { ChatwootDouble } from './chatwoot-double.ts'

interface Given {
  readonly chatwoot: ChatwootDouble
  /** What a set-up takes. */
  readonly access: { readonly url: string; readonly account_id: number; readonly api_access_token: string }
}

/** Sets up a bridge for a device, does something, and takes it away again. */
export async function withBridge<Result>(
  { mine: { device } }: { readonly mine: { readonly device: TestDevice } },
  work: (given: Given) => Promise<Result>,
): Promise<Result> {
  const chatwoot = await ChatwootDouble.start()
  const access = { url: chatwoot.url, account_id: 1, api_access_token: 'agent-token' }
  try {
    await device.api.post('/integrations/chatwoot', access)
    return await work({ chatwoot, access })
  } finally {
    await device.api.delete('/integrations/chatwoot')
    await chatwoot.stop()
  }
}
