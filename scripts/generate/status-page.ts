import { contractNames } from '../../packages/server/src/events/contract-names.ts'
import { neverRaised } from '../../packages/server/src/events/never-raised.ts'
import { events } from '../../packages/server/src/generated/events.ts'
import { operations } from '../../packages/server/src/generated/operations.ts'
import { tagOf } from '../../packages/server/src/kit/tags.ts'
import { missingRoutes } from '../../packages/server/src/schemas/missing-routes.ts'
import { note } from './reference.ts'

/** What somebody may look for and not find, kept by hand: no part of the code knows of it. */
const knownLimits = [
  '- Events that WhatsApp keeps itself (`event_invite`) are made and answered on a phone alone. An invitation is made from one that came or that the phone sent.',
  '- A pause of a device holds messages and statuses. Channel posts, joined groups and calls are not stopped by it.',
  '- Pauses between chats are known to the running process alone: after a restart the first message leaves at once.',
  '- Sticker packs are read where they come as messages. The catalogue of packs is not asked.',
  '- The catalogue of a business is read product by product. Its collections are not read, and an own catalogue cannot be changed.',
  '- There is no event when an approval is asked for or decided: `GET /approvals` tells.',
  '- An access key cannot have a send policy: device tokens and API keys can.',
  '- The search in all chats looks at the newest 1,000 messages of each: there is no index of words.',
  '- A channel cannot be given to another owner.',
  '- The bridge to Chatwoot carries no status posts, channels, calls, votes and typing, and nothing from before it was set up. An agent cannot edit.',
  '- `npm run import` brings no messages, files and chats of before, no secrets of earlier messages, and nothing out of a browser profile, Redis or MySQL.',
  '- The routes of WAHA and Evolution API (SWITCHBOARD_COMPAT) are their most used ones: no groups, contacts, labels, statuses, buttons or lists, and no events of them. A WAHA session cannot be stopped without a logout.',
  '- The image, `compose.yaml` and the chart are linted, and the steps of the image are tried on a machine without Docker: no engine of containers and no Kubernetes has run them here.',
  '- The chart has no `ServiceMonitor`, which cannot send the admin secret as the metrics want it.',
  '- A backup has no files of messages and no uploaded files, and is restored by the version that made it.',
  '- The client for Python retries and follows events in blocking code only: its `asyncio` functions do neither. It sends a file once.',
  '- An erasure on PostgreSQL does not reach its write-ahead log, archives, replicas and backups. A name that others wrote in their words is not found ([Data protection](guide/data-protection.md)).',
  '- An export that broke off is begun again, as a whole or device by device.',
  '- Passkeys have met the sandbox alone, not the real WhatsApp. The browser extension is in no store, and its build for Firefox has not been tried there.',
]

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
bans and faults ([guide](guide/sandbox.md), [control API](reference/sandbox-control-api.md)). [WhatsApp of 2026](reference/whatsapp-2026.md) says which of its newer
parts are sent, taken and played.
${section(
  'Routes that are not there yet',
  'They answer 501 `unsupported` until they do what they say.',
  missing.map(({ method, path }) => `- \`${method} ${path}\``),
)}${section('Events that are not raised yet', 'They may be named in filters already.', notYet)}${section(
  'Events that nothing raises',
  'They are names of the contract.',
  never.length > 0 ? ['| Event | Reason |', '|---|---|', ...never] : [],
)}${section('Known limits', 'Not there, or not whole:', knownLimits)}`
}
