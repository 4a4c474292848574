import type { z } from 'zod'
import type { Performing } from '../kit/context.ts'
import type { ToolContext } from './define-tool.ts'
import type { Sent } from './shapes.ts'

/** What the routes that send answer, as far as tools say it. */
interface SentData {
  readonly message_id: string
  readonly status: z.input<typeof Sent>['state']
  readonly chat_jid: string
  readonly timestamp: string
}

/** Sends by an operation of the REST API. */
export async function sendThrough(
  { perform }: ToolContext,
  operation: string,
  said: Performing,
): Promise<z.input<typeof Sent>> {
  const { status, ...sent } = (await perform(operation, said)).data as SentData
  return { state: status, ...sent }
}
