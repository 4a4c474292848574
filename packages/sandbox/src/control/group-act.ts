import type { PhoneGroup } from '../phone/groups/phone-group.ts'
import { orRefused } from './phone-refusals.ts'
import { phoneOf } from './request-parts.ts'
import type { ControlRequest, Route } from './route.ts'

type Act = (group: PhoneGroup, request: ControlRequest) => Promise<unknown>

/** A route about one group, as one phone sees it. */
export function groupAct(
  method: Route['method'],
  path: string,
  about: Pick<Route, 'summary' | 'body'>,
  run: Act,
): Route {
  return {
    method,
    path: `/phones/{id}/groups/{jid}${path}`,
    ...about,
    run: (request) => orRefused(async () => run(phoneOf(request).groups.of(request.params['jid'] ?? ''), request)),
  }
}
