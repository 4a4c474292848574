import { ControlError } from './control-error.ts'

const maxBytes = 100 * 1024 * 1024
const hosts: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** A file from a server on this machine. Other machines are never asked: the control API must not be a way into a network.
 *  @throws ControlError 400 when it cannot be had, 413 when it is too large */
export async function fetchLoopback(text: string): Promise<Uint8Array> {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || !hosts.has(url.hostname)) {
    throw new ControlError(400, 'invalid_request', 'url: only http and https on this machine')
  }
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) }).catch((error) => {
    throw new ControlError(400, 'url_failed', `url: ${String(error)}`)
  })
  if (!response.ok) throw new ControlError(400, 'url_failed', `url: answered ${response.status}`)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new ControlError(413, 'too_large', `a file may have ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
