import { once } from 'node:events'
import { connect } from 'node:net'
import { type Check, type Finding, fail, ok, reasonOf, skip } from '../check.ts'

const patienceMs = 5_000
const usualPort = 4222

/** A NATS server speaks first: `INFO {…}` (https://docs.nats.io/reference/reference-protocols/nats-protocol). No credential is sent. @throws what Node throws */
const greetingOf = async (host: string, port: number): Promise<{ version?: string }> => {
  const socket = connect({ host, port })
  socket.setTimeout(patienceMs, () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
  try {
    await once(socket, 'connect')
    let said = ''
    for await (const chunk of socket) {
      said += chunk
      const [, info] = /^INFO (\{.*\})\s*\r\n/.exec(said) ?? []
      if (info) return JSON.parse(info)
      if (said.length >= 4 && !said.startsWith('INFO')) break
    }
    throw new Error('it is no NATS server')
  } finally {
    socket.destroy()
  }
}

const examineServer = async (url: string): Promise<Finding> => {
  const { hostname, port } = new URL(url)
  const place = `${hostname}:${port || usualPort}`
  try {
    const { version } = await greetingOf(hostname.replace(/^\[|\]$/g, ''), Number(port || usualPort))
    return ok(`NATS ${version ?? ''} answers at ${place}`)
  } catch (error) {
    return fail(`${place} does not answer (${reasonOf(error)})`, 'Start NATS, or correct SWITCHBOARD_NATS_URL')
  }
}

/** Several gateways on one database. */
export const clusterCheck: Check = {
  name: 'Cluster',
  run({ config: { cluster } }) {
    if (!cluster) return [skip('SWITCHBOARD_NATS_URL is not set: one gateway works, and others wait')]
    return Promise.all(cluster.nats.urls.map(examineServer))
  },
}
