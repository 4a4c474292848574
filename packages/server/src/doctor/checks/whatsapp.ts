import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Check, type Finding, fail, ok, reasonOf, skip } from '../check.ts'
import { clockFinding } from '../clock-finding.ts'

/** Where devices connect, and where files are. Nothing but a TLS handshake and `HEAD /` goes there: no number, no key, no session. */
const hosts = ['web.whatsapp.com', 'mmg.whatsapp.net'] as const
const patienceMs = 10_000

const adviceFor = (code: string): string => {
  if (/ENOTFOUND|EAI_AGAIN/.test(code))
    return 'Let this machine resolve names: look at /etc/resolv.conf, or at the DNS of the container'
  if (/CERT|ISSUER|SIGNED|ALTNAME/.test(code))
    return 'Something between here and WhatsApp opens TLS (a proxy that inspects): make an exception for whatsapp.com and whatsapp.net'
  return 'Let this machine out to port 443, or name a way in WHATSAPP_CLIENT_PROXY_URL'
}

interface Reached {
  /** The time that the server gave, Unix ms. */
  readonly at: number | undefined
  readonly tookMs: number
}

/** A TLS connection, and the `Date` of the answer to `HEAD /`. @throws what Node throws */
const reachByTls = async (host: string, port = 443): Promise<Reached> => {
  const socket = connectTls({ host, port, servername: host, ALPNProtocols: ['http/1.1'] })
  socket.setTimeout(patienceMs, () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
  try {
    await once(socket, 'secureConnect')
    const asked = Date.now()
    socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    let head = ''
    for await (const chunk of socket) {
      head += chunk
      if (head.includes('\r\n\r\n')) break
    }
    const at = Date.parse(/^date: (.*)$/im.exec(head)?.[1] ?? '')
    return { at: Number.isNaN(at) ? undefined : at, tookMs: Date.now() - asked }
  } finally {
    socket.destroy()
  }
}

/** How one server of WhatsApp is reached. */
export const reachHost = async (host: string, port?: number): Promise<Finding[]> => {
  try {
    const { at, tookMs } = await reachByTls(host, port)
    const reached = ok(`${host} answers by TLS`)
    if (at === undefined) return [reached]
    // The header has whole seconds.
    return [reached, clockFinding(host, at - Date.now() + tookMs / 2, 1_000 + tookMs)]
  } catch (error) {
    const code = reasonOf(error)
    return [fail(`${host} cannot be reached (${code})`, adviceFor(code))]
  }
}

/** What lies behind a proxy is seen when a device connects: here only whether it is there. Its user and password are not sent. */
const reachProxy = async (proxyUrl: string): Promise<Finding> => {
  const { hostname, port, protocol } = new URL(proxyUrl)
  const place = `${hostname}:${port || (protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : 1080)}`
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(place.slice(place.lastIndexOf(':') + 1)),
  })
  socket.setTimeout(patienceMs, () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
  try {
    await once(socket, 'connect')
    return ok(`the proxy ${place} answers; what it lets through is seen when a device connects`)
  } catch (error) {
    return fail(
      `the proxy ${place} cannot be reached (${reasonOf(error)})`,
      'Correct WHATSAPP_CLIENT_PROXY_URL or HTTPS_PROXY',
    )
  } finally {
    socket.destroy()
  }
}

const reachSandbox = async (url: string): Promise<Finding> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
    await answer.body?.cancel()
    return ok(`devices live in the sandbox at ${url}, which answers; WhatsApp is not used`)
  } catch (error) {
    const reason = reasonOf((error as Error).cause ?? error)
    return fail(`the sandbox at ${url} does not answer (${reason})`, 'Start it, or remove SWITCHBOARD_SANDBOX_URL')
  }
}

export const whatsappCheck: Check = {
  name: 'WhatsApp',
  async run({ offline, sandbox: isSandbox, config: { sandbox, whatsapp } }) {
    if (isSandbox) return [skip('its servers are not asked: a sandbox has a WhatsApp of its own')]
    if (sandbox.url) return [await reachSandbox(sandbox.url)]
    if (offline) return [skip('its servers are not asked (--offline)')]
    if (whatsapp.proxyUrl) return [await reachProxy(whatsapp.proxyUrl)]
    return (await Promise.all(hosts.map((host) => reachHost(host)))).flat()
  },
}
