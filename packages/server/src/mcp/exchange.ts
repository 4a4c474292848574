import type { ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'

/** What the protocol says around one call of a tool. */
export interface Exchange {
  /** The program of the agent can put a question to its user. */
  readonly canAsk: boolean
  /** It was asked about an approval, and this is what it says. Nothing of it is proven. */
  readonly answered: { readonly approvalId: string; readonly action: 'accept' | 'decline' | 'cancel' } | undefined
}

/** Under which a question and its answer go. */
export const question = 'approval'

/** Source: https://modelcontextprotocol.io/specification/2026-07-28, client capabilities of a request. */
const Envelope = z.object({
  'io.modelcontextprotocol/clientCapabilities': z.object({
    elicitation: z.object({ form: z.unknown().optional(), url: z.unknown().optional() }),
  }),
})

/** A client that says nothing of the kinds of questions takes forms. */
const takesForms = (envelope: unknown): boolean => {
  const { success, data } = Envelope.safeParse(envelope)
  if (!success) return false
  const { form, url } = data['io.modelcontextprotocol/clientCapabilities'].elicitation
  return form !== undefined || url === undefined
}

const Answer = z.object({ [question]: z.object({ action: z.enum(['accept', 'decline', 'cancel']) }) })

export const exchangeOf = ({ mcpReq }: Pick<ServerContext, 'mcpReq'>): Exchange => {
  const state = mcpReq.requestState<unknown>()
  const { data } = Answer.safeParse(mcpReq.inputResponses)
  const action = data?.[question]?.action
  return {
    canAsk: takesForms(mcpReq.envelope),
    answered: typeof state === 'string' && action ? { approvalId: state, action } : undefined,
  }
}
