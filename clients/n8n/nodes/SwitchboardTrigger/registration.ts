import type { IDataObject, IHookFunctions, IHttpRequestMethods, IWebhookFunctions } from 'n8n-workflow'
import { baseUrlOf } from '../base-url'

/** What the workflow keeps of its webhook. The secret belongs to this webhook alone. */
export interface Registration {
  webhookId?: number
  secret?: string
  /** Ids of the deliveries that came last, oldest first. */
  seen?: string[]
}

export const registrationOf = (context: IHookFunctions | IWebhookFunctions): Registration =>
  context.getWorkflowStaticData('node') as Registration

export const forget = (registration: Registration): void => {
  delete registration.webhookId
  delete registration.secret
  delete registration.seen
}

/** Calls the API. 404 is an answer here, and not an error: somebody may have removed the webhook.
 *  @returns what `data` holds; undefined for 404 */
export const call = async (
  context: IHookFunctions,
  method: IHttpRequestMethods,
  path: string,
  body?: IDataObject,
): Promise<IDataObject | undefined> => {
  const { baseUrl } = await context.getCredentials('switchboardApi')
  const request = { method, url: `${baseUrlOf(baseUrl)}${path}`, json: true, ...(body && { body }) }
  const { statusCode, body: answer } = await context.helpers.httpRequestWithAuthentication.call(
    context,
    'switchboardApi',
    { ...request, returnFullResponse: true, ignoreHttpStatusErrors: true },
  )
  if (statusCode === 404) return undefined
  if (statusCode < 300) return answer.data ?? {}
  throw Object.assign(new Error(`Switchboard answered ${statusCode}: ${answer?.message ?? 'no reason'}`), {
    httpCode: String(statusCode),
  })
}
