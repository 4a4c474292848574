// What the container's engine asks: whether the process answers. Ends with 0 when it does, else with 1. Plain JavaScript without dependencies.
const { SERVER_ADDRESS: address, SERVER_PORT: port, HTTP_BASE_URL: prefix } = process.env

// One that listens everywhere is asked at the loopback address.
const everywhere = new Set([undefined, '', '0.0.0.0', '::', '[::]'])
const host = everywhere.has(address)
  ? '127.0.0.1'
  : address.includes(':')
    ? `[${address.replace(/^\[|\]$/g, '')}]`
    : address
const path = [...(prefix ?? '').split('/').filter(Boolean), 'healthz'].join('/')
const url = `http://${host}:${port || 7001}/${path}`

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) })
  if (!answer.ok) throw new Error(`it answers ${answer.status}`)
} catch (error) {
  console.error(`${url}: ${error.cause?.message ?? error.message}`)
  process.exitCode = 1
}
