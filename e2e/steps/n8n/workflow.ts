import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostOf, type Item, type Values } from './host.ts'
import { listed, loadListed } from './load-package.ts'

interface TriggerNode {
  readonly webhookMethods: { readonly default: Record<'checkExists' | 'create' | 'delete', () => Promise<boolean>> }
  webhook(): Promise<{ workflowData?: Item[][]; noWebhookResponse?: boolean; webhookResponse?: unknown }>
}

interface Delivery {
  readonly headers: IncomingHttpHeaders
  readonly rawBody: Buffer
}

/** A workflow that begins with the Switchboard Trigger, on a server that takes its webhooks as n8n does. */
export class Workflow {
  /** What n8n keeps for the node from one run to the next. */
  readonly staticData: Record<string, unknown> = {}
  /** Items with which it was started, and the requests that came. */
  readonly started: Item[] = []
  readonly deliveries: Delivery[] = []
  events: readonly string[] = ['message.received']
  readonly #node = loadListed<TriggerNode>(listed.nodes[1]!)
  readonly #credentials: Values
  readonly #server: Server

  private constructor(credentials: Values, server: Server) {
    this.#credentials = credentials
    this.#server = server
  }

  static async start(credentials: Values): Promise<Workflow> {
    const server = createServer()
    const workflow = new Workflow(credentials, server)
    server.on('request', async (request, response) => {
      const delivery = { headers: request.headers, rawBody: Buffer.concat(await request.toArray()) }
      workflow.deliveries.push(delivery)
      const status = await workflow.#take(delivery)
      response.writeHead(status).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return workflow
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhook`
  }

  /** Calls one of the methods that n8n calls when the workflow is switched on or off. */
  lifecycle(method: 'checkExists' | 'create' | 'delete'): Promise<boolean> {
    return this.#node.webhookMethods.default[method].call({
      ...hostOf(this.#credentials),
      getWorkflowStaticData: () => this.staticData,
      getNodeWebhookUrl: () => this.url,
      getNodeParameter: () => this.events,
    })
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #take({ headers, rawBody }: Delivery): Promise<number> {
    let status = 200
    const response = {
      status: (code: number) => {
        status = code
        return response
      },
      send: () => response,
      end: () => response,
    }
    const { workflowData = [] } = await this.#node.webhook.call({
      getWorkflowStaticData: () => this.staticData,
      getHeaderData: () => headers,
      getRequestObject: () => ({ rawBody }),
      getResponseObject: () => response,
    })
    this.started.push(...workflowData.flat())
    return status
  }
}
