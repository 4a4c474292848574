import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReverseProxyOptions {
  /** Where it hands requests on. */
  readonly target: string
  /** The address from which it says that a request came: on one machine every peer is the same. */
  readonly sees: (headers: http.IncomingHttpHeaders) => string
  /** What it writes. It adds its part behind what is there, and hands every other header on as it came. */
  readonly writes: 'x-forwarded-for' | 'forwarded' | 'nothing'
  readonly also?: Readonly<Record<string, string>>
}

export interface ReverseProxy {
  readonly url: string
  stop(): Promise<void>
}

const added = (before: string | string[] | undefined, part: string): string => [before ?? [], part].flat().join(', ')

/** A proxy as stands in front of a gateway. */
export async function startReverseProxy({
  target,
  sees,
  writes,
  also = {},
}: ReverseProxyOptions): Promise<ReverseProxy> {
  const server = http.createServer((request, response) => {
    const headers: http.OutgoingHttpHeaders = { ...request.headers, ...also }
    const from = sees(request.headers)
    if (writes === 'x-forwarded-for') headers[writes] = added(request.headers[writes], from)
    if (writes === 'forwarded') headers[writes] = added(request.headers[writes], `for="${from}"`)
    const onward = http.request(`${target}${request.url}`, { method: request.method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
