import { neverRaised } from '../../packages/server/src/events/never-raised.ts'
import { events } from '../../packages/server/src/generated/events.ts'
import type { EventDefinition } from '../../packages/server/src/kit/define-event.ts'
import { fieldsOf } from './event-fields.ts'
import { exampleValues } from './example-values.ts'
import { byGroup, note } from './reference.ts'

const all = events as unknown as readonly EventDefinition[]

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')

/** The body of the request that a webhook gets. */
const bodyOf = ({ name, example }: EventDefinition): object => ({
  event_type: name,
  device_id: exampleValues['device_id'],
  timestamp: exampleValues['at'],
  data: example,
  id: exampleValues['event_id'],
  seq: 42,
  version: 1,
})

const orderOf = ({ after, repeats, namedOnly }: EventDefinition): string =>
  [
    ...(after ? [`Behind \`${after}\` when one thing raises both.`] : []),
    repeats ?? 'Once for each time that it happens.',
    ...(namedOnly ? ['Only webhooks with this name in their filter get it.'] : []),
  ].join(' ')

const describe = (event: EventDefinition): string => {
  event.schema.strict().parse(event.example)
  const rows = fieldsOf(event.schema).map(
    ({ name, type, always, words }) => `| \`${name}\` | ${cell(type)} | ${always ? 'yes' : 'no'} | ${cell(words)} |`,
  )
  return [
    `### ${event.name}`,
    event.summary.replace(/\.?$/, '.'),
    `**Order and repeats:** ${orderOf(event)}`,
    ['| Field of `data` | Type | Always | Meaning |', '|---|---|---|---|', ...rows].join('\n'),
    `\`\`\`json\n${JSON.stringify(bodyOf(event), null, 2)}\n\`\`\``,
  ].join('\n\n')
}

const intro = (
  groups: readonly (readonly [string, readonly EventDefinition[]])[],
): string => `${all.length} events. Each is one request
(\`POST\`, JSON) to every webhook with a filter that takes it, and the same object in \`GET /events\` and in the live stream. How deliveries are signed,
repeated and paused is in [Webhooks and events](guide/webhooks.md).

| Group | Events |
|---|---|
${groups.map(([group, entries]) => `| ${group} | ${entries.map(({ name }) => `[${name}](#${name.replaceAll('.', '')})`).join(', ')} |`).join('\n')}

## The body

| Field | Type | Meaning |
|---|---|---|
| \`event_type\` | string | One of the names below |
| \`device_id\` | string | The device |
| \`timestamp\` | string | When the event was stored, RFC 3339 |
| \`data\` | object | What happened: see the event |
| \`id\` | string | \`evt_…\`; the same for every reader and every repetition |
| \`seq\` | integer | Increases by one with each event of the device |
| \`version\` | integer | Of the form of this body: 1 |
| \`backfill\` | boolean | \`true\` for what happened while the device was offline; absent otherwise |

The headers \`X-Webhook-Event\`, \`X-Webhook-Signature\`, \`X-Hub-Signature-256\`, \`webhook-id\`, \`webhook-timestamp\` and
\`webhook-signature\` come with it.

## Order and repeats

- Events of a device are stored in the order in which they happened, and each webhook gets them in that order, one at a time. Devices do not wait for
  each other.
- What WhatsApp delivers twice, for instance after a lost connection, raises its events once. What happens again raises them again.
- A webhook may get one event twice, when its answer was lost: the \`id\` is the same then. Remember the ids of the last minutes.
- People have two addresses: a field such as \`from\` has the number when it is known, \`from_lid\` the LID.
- Fields may be added. A field that need not be there is left out, never null, unless its type says so.`

/** Every event that webhooks get: when it is raised, its fields, an example, and how it comes. @throws when an example does not fit its schema */
export const webhookEvents = (): string => {
  const groups = byGroup(all, ({ group }) => group)
  const sections = groups.map(([group, entries]) => `## ${group}\n\n${entries.map(describe).join('\n\n')}`)
  const never = Object.entries(neverRaised).map(([name, reason]) => `| \`${name}\` | ${reason} |`)
  const unraised = `## Names that nothing raises\n\nA filter may hold them.\n\n| Event | Reason |\n|---|---|\n${never.join('\n')}`
  return `${note}\n\n# Webhook events\n\n${intro(groups)}\n\n${[...sections, unraised].join('\n\n')}\n`
}
