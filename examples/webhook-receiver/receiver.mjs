// Takes webhooks, checks their signature, and prints what happened: SECRET=… node receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const same = (given, right) => given.length === right.length && timingSafeEqual(given, right)

/** Whether the gateway has sent it. The signature is that of the raw bytes, before they are parsed. */
const isGenuine = (headers, body) => {
  const right = `sha256=${createHmac('sha256', process.env.SECRET).update(body).digest('hex')}`
  return same(Buffer.from(headers['x-webhook-signature'] ?? ''), Buffer.from(right))
}

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray())
  if (!isGenuine(request.headers, body)) return response.writeHead(401).end()
  const { event_type: type, data } = JSON.parse(body)
  console.log(type, data.text ?? '')
  // Only now: what is answered with 2xx does not come again.
  response.writeHead(204).end()
})

server.listen(Number(process.env.PORT ?? 7003), '127.0.0.1')
