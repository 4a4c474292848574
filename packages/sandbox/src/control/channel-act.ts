import type { z } from 'zod'
import type { PhoneChannel } from '../phone/channels/phone-channel.ts'
import { orRefused } from './phone-refusals.ts'
import { phoneOf } from './request-parts.ts'
import type { ControlRequest, Route } from './route.ts'

type Act = (channel: PhoneChannel, request: ControlRequest) => Promise<unknown>

/** A route about one channel, as one phone uses it. */
export function channelAct(method: Route['method'], path: string, summary: string, run: Act, body?: z.ZodType): Route {
  return {
    ...{ method, path: `/phones/{id}/channels/{jid}${path}`, summary },
    ...(body ? { body } : {}),
    run: (request) => orRefused(async () => run(phoneOf(request).channels.of(request.params['jid'] ?? ''), request)),
  }
}
