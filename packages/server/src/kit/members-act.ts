import type { Address, Groups, MemberOutcome as Outcome } from '@switchboard/engine'
import { z } from 'zod'
import { reachOutErrors } from '../limits/reach-out-errors.ts'
import { resolvePeople } from '../people/resolve-people.ts'
import { PersonAddress } from '../schemas/chat-address.ts'
import { MemberOutcome, outcomeView } from '../schemas/group.ts'
import type { Operation } from './define-operation.ts'
import { groupAct } from './presets.ts'

/** So many people may be named at once, as many as a group has room for. */
const maxPeople = 1024

export const GroupPeople = z
  .array(PersonAddress)
  .min(1)
  .max(maxPeople)
  .meta({ examples: [['4917087654321', '4917012345678']] })

type Result = z.input<typeof MemberOutcome>['result']

interface MembersAct {
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** Field of the body that names the people. */
  readonly field: 'participants' | 'users'
  /** It writes to those who are named: the limits of the device are for it. */
  readonly reachesOut?: true
  /** What 404 means for a person who has an account. */
  readonly missing?: Result
  act(groups: Groups, group: string, people: readonly Address[]): Promise<readonly Outcome[]>
}

/** Something that is done with several people of a group: each is answered for itself, also those who have no account. */
export const membersAct = ({ field, missing, reachesOut, act, ...named }: MembersAct): Operation =>
  groupAct({
    ...named,
    body: z.object({ [field]: GroupPeople } as Record<typeof field, typeof GroupPeople>),
    response: z.array(MemberOutcome).describe('One entry for each person, in no certain order'),
    errors: ['invalid_jid', 'invalid_phone', ...(reachesOut ? reachOutErrors : [])],
    async run(context, body) {
      const people = await resolvePeople(context, (body as Record<string, readonly string[]>)[field]!)
      if (reachesOut) await context.governor.act(context.principal.deviceId, people.found)
      const outcomes = people.found.length > 0 ? await act(context.groups, context.group, people.found) : []
      return [
        ...outcomes.map((outcome) => outcomeView(outcome, missing)),
        ...people.missing.map((outcome) => outcomeView(outcome)),
      ]
    },
  })
