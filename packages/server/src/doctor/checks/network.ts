import { type Check, type ConfiguredInstallation, type Finding, ok, reasonOf, skip, warn } from '../check.ts'

const patienceMs = 5_000

const isLoopback = (address: string): boolean => /^(127\.|::1$|\[::1\]$|localhost$)/.test(address)

/** Through everything that lies in front: without any credential. */
const fromOutside = async (publicUrl: string): Promise<Finding> => {
  const advice = 'Correct SWITCHBOARD_PUBLIC_URL or the proxy; a gateway that is not started yet does not answer either'
  try {
    const answer = await fetch(`${publicUrl}/healthz`, { signal: AbortSignal.timeout(patienceMs), redirect: 'manual' })
    return answer.ok
      ? ok(`${publicUrl} leads to a gateway`)
      : warn(`${publicUrl}/healthz answers ${answer.status}`, advice)
  } catch (error) {
    return warn(`${publicUrl} does not answer (${reasonOf((error as Error).cause ?? error)})`, advice)
  }
}

const proxies = ({ config: { http } }: ConfiguredInstallation): Finding => {
  const { trustedProxies, publicUrl, address } = http
  if (trustedProxies.length > 0) return ok(`the headers of ${trustedProxies.join(', ')} say who calls`)
  if (publicUrl?.startsWith('https:'))
    return warn(
      'there is a proxy in front (SWITCHBOARD_PUBLIC_URL is https), and none is trusted: all callers are one address for limits and in the log',
      'Name the addresses of the proxy in SWITCHBOARD_TRUSTED_PROXIES',
    )
  if (isLoopback(address)) return ok('only this machine reaches the API')
  return warn(
    `the API listens on ${address} in plain HTTP, and no proxy is named`,
    'Put a proxy with TLS in front and name it in SWITCHBOARD_TRUSTED_PROXIES, and let SERVER_ADDRESS be 127.0.0.1 where the proxy is on this machine',
  )
}

/** Who reaches the API and how, and whom it reaches. */
export const networkCheck: Check = {
  name: 'Network',
  async run(installation) {
    const { http, webhooks, sandbox } = installation.config
    const found = [proxies(installation)]
    if (webhooks.allowPrivateNetworks && !sandbox.url && !installation.sandbox)
      found.push(
        warn(
          'webhooks may reach private addresses, so that customers can reach your internal network',
          'Remove SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE, unless every customer is yourself',
        ),
      )
    if (http.publicUrl && installation.offline) found.push(skip(`${http.publicUrl} is not asked (--offline)`))
    else if (http.publicUrl) found.push(await fromOutside(http.publicUrl))
    return found
  },
}
