import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EngineError } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { defineOperation } from '../kit/define-operation.ts'
import type { RegisteredOperation } from '../kit/registered.ts'

type Decision = number | 'make and be silent' | 'be silent'

/** Somebody far away who makes things when asked, as WhatsApp makes groups. */
export class ThingMaker {
  /** The token and name of each thing that was made. */
  readonly made: { readonly token: string; readonly name: string }[] = []
  /** Decides about each request when it has arrived: the status to answer with, a thing being made for 200; or to leave it without an answer, with or
   *  without the thing. */
  decide: (name: string) => Decision | Promise<Decision> = () => 200
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<ThingMaker> {
    const server = createServer()
    const maker = new ThingMaker(server)
    server.on('request', (request, response) => {
      void maker.#take(new URL(request.url ?? '', 'http://maker'), response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return maker
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #take({ pathname, searchParams }: URL, response: ServerResponse): Promise<void> {
    const [token, name] = [searchParams.get('token')!, searchParams.get('name')!]
    if (pathname === '/find') {
      const found = this.made.find((thing) => thing.token === token)
      response.writeHead(found ? 200 : 404).end(found?.name)
      return
    }
    const decision = await this.decide(name)
    if (decision === 200 || decision === 'make and be silent') this.made.push({ token, name })
    if (typeof decision === 'number') response.writeHead(decision).end()
  }
}

const ask = async (maker: string, what: string, token: string, name: string): Promise<Response> => {
  const address = `${maker}/${what}?${new URLSearchParams({ token, name })}`
  return fetch(address).catch((cause) => {
    throw new EngineError('closed', 'nobody answers', { cause })
  })
}

const Thing = z.object({ maker: z.url(), name: z.string(), steps: z.int().default(1) })
const Made = z.object({ name: z.string(), token: z.string() })

const described = {
  method: 'POST',
  auth: 'device',
  summary: 'Make a thing far away',
  body: Thing,
  response: Made,
  errors: ['whatsapp_error', 'refused_by_whatsapp', 'invalid_request'],
} as const

type Context = Parameters<Parameters<typeof defineOperation<'device'>>[0]['run']>[0]

/** Makes one thing, or two when there are two steps. */
const make = async ({ act }: Context, { maker, name, steps }: z.output<typeof Thing>) => {
  if (name === '') throw new AppError('invalid_request', 'A thing needs a name')
  for (let step = 1; step <= steps; step++) {
    const answer = await ask(maker, 'make', act.token, step === 1 ? name : `${name}-${step}`)
    if (answer.status !== 200) throw new EngineError('refused', 'it was refused', { remoteCode: answer.status })
    if (step < steps) await act.note({ step })
  }
  return { name, token: act.token }
}

/** Acts of tests: of the first nobody can tell afterwards whether it was done, of the second the maker can. */
export const thingActs: readonly RegisteredOperation[] = [
  {
    id: 'test.makeUnknown',
    operation: defineOperation({
      ...described,
      path: '/test/unknown-things',
      act: {},
      run: (context, { body }) => make(context, body),
    }),
  },
  {
    id: 'test.makeKnown',
    operation: defineOperation({
      ...described,
      path: '/test/things',
      act: {
        async probe(_context, { body }, { token, note }) {
          const { status } = await ask(body.maker, 'find', token, body.name)
          if (status === 404) return 'missing'
          return { found: { name: note ? `${body.name} and ${JSON.stringify(note)}` : body.name, token } }
        },
      },
      run: (context, { body }) => make(context, body),
    }),
  },
]
