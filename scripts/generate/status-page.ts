import { contractNames } from '../../packages/server/src/events/contract-names.ts'
import { neverRaised } from '../../packages/server/src/events/never-raised.ts'
import { events } from '../../packages/server/src/generated/events.ts'
import { operations } from '../../packages/server/src/generated/operations.ts'
import { tagOf } from '../../packages/server/src/kit/tags.ts'
import { missingRoutes } from '../../packages/server/src/schemas/missing-routes.ts'
import { note } from './reference.ts'

/** A heading with a list, or nothing when there is nothing to list. */
const section = (heading: string, words: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n## ${heading}\n\n${words}\n\n${lines.join('\n')}\n`

/** What works and what is still to come, from the code itself. */
export const statusPage = (): string => {
  const groups = new Map<string, number>()
  for (const { id } of operations) groups.set(tagOf(id).name, (groups.get(tagOf(id).name) ?? 0) + 1)
  const counts = [...groups].sort().map(([group, count]) => `| ${group} | ${count} |`)
  const missing = missingRoutes(operations.map(({ operation }) => operation))
  const raised = new Set<string>(events.map(({ name }) => name))
  const unraised = contractNames.filter((name) => !raised.has(name))
  const never = unraised.flatMap((name) => (neverRaised[name] ? [`| \`${name}\` | ${neverRaised[name]} |`] : []))
  const notYet = unraised.filter((name) => !neverRaised[name]).map((name) => `- \`${name}\``)
  return `${note}

# Status

## What works

The operations by group ([all of them](reference/operations.md)), and ${events.length} events ([all of them](WEBHOOK_EVENTS.md)):

| Group | Operations |
|---|---|
${counts.join('\n')}

The sandbox is a whole WhatsApp: people with phones, groups and communities, channels, status, media of every kind, app state, calls, history,
bans and faults ([guide](guide/sandbox.md), [control API](reference/sandbox-control-api.md)).
${section(
  'Routes that are not there yet',
  'They answer 501 `unsupported` until they do what they say.',
  missing.map(({ method, path }) => `- \`${method} ${path}\``),
)}${section('Events that are not raised yet', 'They may be named in filters already.', notYet)}${section(
  'Events that nothing raises',
  'They are names of the contract.',
  never.length > 0 ? ['| Event | Reason |', '|---|---|', ...never] : [],
)}
Not there: several gateways that share the work, the web console and the generated client.
`
}
