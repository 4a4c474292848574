import type { Agent, ClientRequest } from 'node:http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'
import { ProxyError } from './proxy-error.ts'

/** An agent that takes every connection through a proxy. */
export interface ProxyAgent extends Agent {
  /** It has led somewhere: whatever fails from there on is not the proxy's doing. */
  readonly reached: boolean
}

// Several addresses that all refuse make an error without words of its own.
const wordsOf = (error: unknown): string => {
  const { code, message } = (error ?? {}) as { code?: string; message?: string }
  return message || code || String(error)
}

const proxyError = (error: unknown): ProxyError =>
  error instanceof ProxyError ? error : new ProxyError(`the proxy failed: ${wordsOf(error)}`, { cause: error })

export class HttpProxy extends HttpsProxyAgent<string> implements ProxyAgent {
  reached = false

  override async connect(...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>) {
    let status = 200
    request.once('proxyConnect', (answer: { statusCode: number }) => {
      status = answer.statusCode
    })
    const socket = await super.connect(request, options).catch((error: unknown) => {
      throw proxyError(error)
    })
    if (status !== 200) {
      // The library would hand its answer over as if it were WhatsApp's.
      socket.destroy()
      throw new ProxyError(
        `the proxy answered with HTTP ${status}${status === 407 ? ', it wants other credentials' : ''}`,
      )
    }
    this.reached = true
    return socket
  }
}

export class SocksProxy extends SocksProxyAgent implements ProxyAgent {
  reached = false

  override async connect(...[request, options]: Parameters<SocksProxyAgent['connect']>) {
    const socket = await super.connect(request as ClientRequest, options).catch((error: unknown) => {
      throw proxyError(error)
    })
    this.reached = true
    return socket
  }
}
