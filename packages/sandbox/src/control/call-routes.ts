import { z } from 'zod'
import type { PhoneCall } from '../phone/calls/phone-calls.ts'
import { ControlError } from './control-error.ts'
import { orRefused } from './phone-refusals.ts'
import { phoneOf, present } from './request-parts.ts'
import { type ControlRequest, type Route, routeWithBody } from './route.ts'

const offer = z.strictObject({
  to: z.string().min(1).max(100),
  video: z.boolean().optional(),
  addressing: z.enum(['lid', 'pn']).optional(),
})
const ending = z.strictObject({ reason: z.string().min(1).max(64).optional() })
const latency = z.strictObject({ latency_ms: z.int().min(0).max(60_000) })
const signal = z.strictObject({
  tag: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/),
  attrs: z.record(z.string(), z.string()).optional(),
})
const nothing = z.strictObject({})

const answer = '`{id, outgoing, with, media, state, reason, at}`'

/** A route about one call of a phone. */
function act<Body extends z.ZodType>(
  step: string,
  summary: string,
  body: Body,
  run: (request: ControlRequest<z.output<Body>>, id: string) => Promise<void>,
): Route {
  return routeWithBody({
    ...{ method: 'POST', path: `/phones/{id}/calls/{call}/${step}`, summary, body, answer },
    run: (request) =>
      orRefused(async () => {
        const { id } = callOf(request)
        await run(request, id)
        return callView(callOf(request))
      }),
  })
}

export const callRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/phones/{id}/calls',
    summary: 'Lists the calls that this phone made and received',
    answer: `a list of ${answer}`,
    run: (request) => phoneOf(request).calls.list().map(callView),
  },
  routeWithBody({
    ...{
      method: 'POST',
      path: '/phones/{id}/calls',
      summary: 'Calls a person, or a group by its JID',
      body: offer,
      answer,
    },
    run: (request) =>
      orRefused(async () => {
        const { to, ...wish } = request.body
        return callView(await phoneOf(request).calls.offer(to, present(wish)))
      }),
  }),
  act('accept', 'Takes a call that rings here', nothing, (request, id) => phoneOf(request).calls.accept(id)),
  act('reject', 'Refuses a call that rings here', nothing, (request, id) => phoneOf(request).calls.reject(id)),
  act('terminate', 'Hangs up', ending, (request, id) => phoneOf(request).calls.terminate(id, request.body.reason)),
  act('transport', 'Tells the other side how to reach this phone', nothing, (request, id) =>
    phoneOf(request).calls.transport(id),
  ),
  act('relay-latency', 'Tells the other side how far the relay is', latency, (request, id) =>
    phoneOf(request).calls.relayLatency(id, request.body.latency_ms),
  ),
  act('signal', 'Sends the other side a step of a call that clients may not know', signal, (request, id) =>
    phoneOf(request).calls.signal(id, request.body.tag, request.body.attrs),
  ),
]

function callOf(request: ControlRequest): PhoneCall {
  const id = request.params['call'] ?? ''
  const call = phoneOf(request)
    .calls.list()
    .find((one) => one.id === id)
  if (!call) throw new ControlError(404, 'call_not_found', `this phone knows no call ${id}`)
  return call
}

function callView(call: PhoneCall): Record<string, unknown> {
  return { ...call, reason: call.reason ?? null, at: new Date(call.at).toISOString() }
}
