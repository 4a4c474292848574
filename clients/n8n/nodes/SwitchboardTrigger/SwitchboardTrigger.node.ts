import {
  type IDataObject,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
  NodeOperationError,
} from 'n8n-workflow'
import { eventNames } from './generated/event-names'
import { call, forget, registrationOf } from './registration'
import { isGenuine } from './verify-webhook'

/** A repetition comes soon after the first, so this many ids are far more than it takes. */
const remembered = 500

const sameEvents = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join() === [...other].sort().join()

export class SwitchboardTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Switchboard Trigger',
    name: 'switchboardTrigger',
    icon: { light: 'file:../../icons/switchboard.svg', dark: 'file:../../icons/switchboard.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{$parameter["events"].join(", ")}}',
    description: 'Starts the workflow when something happens to a WhatsApp account',
    defaults: { name: 'Switchboard Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'switchboardApi', required: true }],
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
    properties: [
      {
        displayName: 'Events',
        name: 'events',
        type: 'multiOptions',
        options: eventNames.map((value) => ({ name: value, value })),
        default: ['message.received'],
        description: 'All events except connection.qr when none is chosen',
      },
    ],
  }

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        const registration = registrationOf(this)
        if (!registration.webhookId || !registration.secret) return false
        const found = await call(this, 'GET', `/webhooks/${registration.webhookId}`)
        const webhook = found?.webhook as { url: string; active: boolean; events: string[] } | undefined
        const wanted = this.getNodeParameter('events', []) as string[]
        const right = webhook?.url === this.getNodeWebhookUrl('default') && sameEvents(webhook?.events ?? [], wanted)
        if (webhook?.active && right) return true
        if (webhook) await call(this, 'DELETE', `/webhooks/${registration.webhookId}`)
        forget(registration)
        return false
      },

      async create(this: IHookFunctions): Promise<boolean> {
        const url = this.getNodeWebhookUrl('default')
        const events = this.getNodeParameter('events', []) as string[]
        const made = await call(this, 'POST', '/webhooks', { url, events })
        if (!made?.secret)
          throw new NodeOperationError(this.getNode(), 'Switchboard did not make the webhook. Is the base URL right?')
        Object.assign(registrationOf(this), { webhookId: made.id, secret: made.secret, seen: [] })
        return true
      },

      async delete(this: IHookFunctions): Promise<boolean> {
        const registration = registrationOf(this)
        if (registration.webhookId) await call(this, 'DELETE', `/webhooks/${registration.webhookId}`)
        forget(registration)
        return true
      },
    },
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    const registration = registrationOf(this)
    const headers = this.getHeaderData() as IDataObject
    const { rawBody } = this.getRequestObject()
    if (!registration.secret || !rawBody || !isGenuine(headers, rawBody, registration.secret)) {
      this.getResponseObject().status(401).send('The signature is not right').end()
      return { noWebhookResponse: true }
    }
    const id = String(headers['webhook-id'])
    const seen = registration.seen ?? []
    // Nothing starts, and the answer is a success: the first one has started the workflow.
    if (seen.includes(id)) return { webhookResponse: 'known' }
    registration.seen = [...seen, id].slice(-remembered)
    return { workflowData: [[{ json: JSON.parse(rawBody.toString()) as IDataObject }]] }
  }
}
