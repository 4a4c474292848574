import { place, setQuery } from '../../app/router.ts'
import { useTextInAddress } from '../../app/text-in-address.ts'
import { useDevices } from '../../data/known.ts'
import { chosen } from '../../data/session.ts'
import { instantOf, number } from '../../data/time.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { Page } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { type Shown, useEventTail } from './event-tail.ts'
import { eventWords } from './words.ts'

const groupOf = (type: string): string => type.slice(0, type.indexOf('.'))

/** Words of a name that tell at once how good the news are. */
const toneOf = (type: string): Tone => {
  if (/fail|error|ban|undecryptable|dead|logged_out/.test(type)) return 'bad'
  if (/disconnect|timeout|replaced|outdated|revoked|deleted/.test(type)) return 'warn'
  if (/connected|success|delivered|received|sent|read/.test(type)) return 'good'
  return 'plain'
}

/** What a person looks for first: who, and what was said. */
const briefOf = (data: unknown): string => {
  if (typeof data !== 'object' || data === null) return ''
  const given = data as Readonly<Record<string, unknown>>
  return ['push_name', 'sender_jid', 'chat_jid', 'text', 'reason', 'status', 'message_id']
    .map((name) => given[name])
    .filter((value) => typeof value === 'string' && value !== '')
    .slice(0, 3)
    .join(' · ')
}

const matches = (event: Shown, group: string, search: string): boolean =>
  (group === '' || groupOf(event.event_type) === group) &&
  (search === '' || `${event.event_type} ${JSON.stringify(event.data)}`.toLowerCase().includes(search))

const Events = () => {
  const t = eventWords()
  const tail = useEventTail()
  const { query } = place.value
  const group = query.get('kind') ?? ''
  const search = useTextInAddress('search')
  const all = tail.events.value
  const shown = all.filter((event) => matches(event, group, search.value.trim().toLowerCase()))
  const groups = [...new Set([...all.map(({ event_type: type }) => groupOf(type)), ...(group ? [group] : [])])].sort()
  const showAll = (): void => {
    search.value = ''
    setQuery({ kind: undefined, search: undefined })
  }
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        <>
          <Button look={tail.paused.value ? 'main' : 'plain'} onClick={tail.togglePause}>
            {tail.paused.value ? t.resume : t.pause}
          </Button>
          <Button onClick={tail.clear}>{t.clear}</Button>
        </>
      }
    >
      <fieldset class="plain-set filters">
        <legend class="visually-hidden">{t.filters}</legend>
        <SelectField
          label={t.group}
          value={group}
          options={[['', t.allGroups], ...groups.map((each) => [each, each] as const)]}
          onValue={(kind) => setQuery({ kind: kind || undefined })}
        />
        <TextField
          label={t.search}
          type="search"
          placeholder={t.searchHelp}
          value={search.value}
          onValue={(text) => {
            search.value = text
          }}
        />
      </fieldset>
      <p class="quiet small" role="status">
        {tail.paused.value && t.held(number(tail.held.value.length))}
      </p>
      <Failure error={tail.error.value} onRetry={tail.loadEarlier} />
      {shown.length > 0 && <EventList events={shown} />}
      {shown.length === 0 && !tail.loading.value && !tail.error.value && (
        <Empty icon="pulse" title={all.length === 0 ? t.none : t.noMatch}>
          <p>{all.length === 0 ? t.noneText : t.noMatchText}</p>
          {all.length > 0 && <Button onClick={showAll}>{t.showAll}</Button>}
        </Empty>
      )}
      {tail.begin.value !== undefined && tail.begin.value > 0 && (
        <Button busy={tail.loading.value} onClick={tail.loadEarlier}>
          {t.earlier}
        </Button>
      )}
      {tail.begin.value === 0 && all.length > 0 && <p class="quiet small">{t.beginning}</p>}
    </Page>
  )
}

const EventList = ({ events }: { readonly events: readonly Shown[] }) => {
  const t = eventWords()
  const names = new Map(useDevices().data.value?.map(({ id, name }) => [id, name]))
  const ofMany = chosen.value.deviceId === undefined
  return (
    <ol class={ofMany ? 'events of-many' : 'events'} aria-label={t.list}>
      {events.map((event) => (
        <li key={event.id}>
          <details>
            <summary>
              <Time at={instantOf(event.timestamp).toISOString()} as="clock" />
              <Badge tone={toneOf(event.event_type)}>{event.event_type}</Badge>
              {ofMany && (
                <span class="quiet small clip" dir="auto">
                  {event.device_id && (names.get(event.device_id) ?? event.device_id.slice(0, 8))}
                </span>
              )}
              <span class="quiet small clip" dir="auto">
                {briefOf(event.data)}
              </span>
            </summary>
            <EventDetails event={event} />
          </details>
        </li>
      ))}
    </ol>
  )
}

const EventDetails = ({ event }: { readonly event: Shown }) => {
  const t = eventWords()
  const { cursor: _, ...fixture } = event as Shown & { readonly cursor?: number }
  return (
    <div class="stack">
      <JsonView value={fixture} open={2} />
      <div class="row">
        <CopyButton text={`${JSON.stringify(fixture, null, 2)}\n`} label={t.fixture} />
        <span class="quiet small">{t.fixtureHelp}</span>
      </div>
    </div>
  )
}

export default Events
