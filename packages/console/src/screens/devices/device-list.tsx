import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { NeedsScope } from '../../app/needs-scope.tsx'
import { href, place, setQuery } from '../../app/router.ts'
import { deviceName } from '../../data/known.ts'
import { chosen, may, session } from '../../data/session.ts'
import { number } from '../../data/time.ts'
import { Button } from '../../ui/button.tsx'
import { DeviceState } from '../../ui/device-state.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { common } from '../../words/common.ts'
import { CreateDevice } from './create-device.tsx'
import { type DeviceFilter, type DeviceRow, useDeviceTable, useMatching } from './device-table.ts'
import { NextStep } from './next-step.tsx'
import { ReconnectAll } from './reconnect-all.tsx'
import { deviceWords } from './words.ts'

/** States that each filter stands for. `attention`: a person has to do something. */
const filters = {
  all: undefined,
  active: 'active',
  disconnected: 'disconnected',
  attention: 'logged_out,replaced,banned,outdated,blocked,unreachable',
  pending: 'pending',
} as const

type FilterName = keyof typeof filters

const isFilter = (name: string | null): name is FilterName => Object.hasOwn(filters, name ?? '')

/** The filter is in the address, so that a list can be sent to somebody. */
const readFilter = (): DeviceFilter & { readonly name: FilterName } => {
  const { query } = place.value
  const asked = query.get('show')
  const name = isFilter(asked) ? asked : 'all'
  const sort = query.get('sort')
  return {
    name,
    state: filters[name],
    search: query.get('search') ?? undefined,
    sort: sort === 'name' || sort === 'last_seen' ? sort : 'created_at',
    order: query.get('order') === 'asc' ? 'asc' : 'desc',
  }
}

const columnsOf = (isOperator: boolean): Column<DeviceRow>[] => {
  const t = deviceWords()
  return [
    {
      id: 'device',
      title: t.columns.device,
      sort: 'name',
      cell: (device) => (
        <span class="two-lines">
          <strong class="clip" dir="auto">
            {deviceName(device)}
          </strong>
          <span class="quiet small clip">
            {device.phone && <bdi>+{device.phone}</bdi>}
            {device.phone && isOperator && ' · '}
            {isOperator && <bdi>{device.customer_name}</bdi>}
          </span>
        </span>
      ),
    },
    {
      id: 'state',
      title: t.columns.state,
      width: 11.5,
      cell: (device) => (
        <span class="two-lines">
          <span>
            <DeviceState state={device.state} />
          </span>
          <span class="quiet small clip">
            <Time at={device.since} as="relative" />
            {device.reason && ` · ${device.reason}`}
          </span>
        </span>
      ),
    },
    {
      id: 'next',
      title: t.columns.next,
      from: 'wide',
      cell: ({ device_id: id, next_action: next }) => (
        <span class={next.code === 'none' ? 'quiet' : 'wrap-two'}>
          <NextStep id={id} next={next} inRow />
        </span>
      ),
    },
    {
      id: 'seen',
      title: t.columns.seen,
      width: 9,
      from: 'medium',
      sort: 'last_seen',
      cell: (device) => <Time at={device.last_seen_at} />,
    },
    {
      id: 'queue',
      title: t.columns.queue,
      width: 6,
      from: 'wide',
      align: 'end',
      cell: ({ queued_sends: queued }) => (queued > 0 ? number(queued) : <span class="quiet">0</span>),
    },
  ]
}

export const DeviceList = () => {
  const t = deviceWords()
  const filter = readFilter()
  const table = useDeviceTable(filter)
  const creating = useSignal(false)
  const reconnecting = useSignal(false)
  const isOperator = session.value?.kind === 'operator'
  const mayCreate = chosen.value.apiKeyId !== undefined && may('admin')
  const summary = table.summary.value
  const attention = useMatching(filters.attention).data.value
  const disconnected = useMatching(filters.disconnected).data.value
  const counts: Partial<Record<FilterName, number>> = summary
    ? {
        all: summary.total,
        active: summary.connected,
        pending: summary.pending,
        ...(disconnected !== undefined && { disconnected }),
        ...(attention !== undefined && { attention }),
      }
    : {}
  // While a new filter is asked, the rows of the one before stay.
  const before = useRef(table.rows.value)
  if (table.rows.value) before.current = table.rows.value
  const rows = before.current
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        <>
          {isOperator && (
            <Button icon="refresh" onClick={() => (reconnecting.value = true)}>
              {t.reconnect.button}
            </Button>
          )}
          {mayCreate && (
            <Button look="main" icon="plus" onClick={() => (creating.value = true)}>
              {t.create.button}
            </Button>
          )}
        </>
      }
    >
      <div class="device-filters">
        <fieldset class="chips">
          <legend class="visually-hidden">{t.filter}</legend>
          {(Object.keys(filters) as FilterName[]).map((name) => (
            <button
              key={name}
              type="button"
              class="chip"
              aria-pressed={filter.name === name}
              onClick={() => setQuery({ show: name === 'all' ? undefined : name })}
            >
              {t.filters[name]}
              {counts[name] !== undefined && <span class="count">{number(counts[name])}</span>}
            </button>
          ))}
        </fieldset>
        <SearchField value={filter.search ?? ''} />
      </div>
      <Failure error={table.error.value} onRetry={table.refresh} />
      {rows && rows.length > 0 && (
        <Table
          label={t.label}
          columns={columnsOf(isOperator)}
          rows={rows}
          {...(summary && { total: summary.matching })}
          hrefOf={({ device_id }) => href(['devices', device_id], { device: device_id })}
          onNeed={table.need}
          rowHeight={58}
          sort={{ by: filter.sort, order: filter.order }}
          onSort={(sort, order) => setQuery({ sort, order })}
        />
      )}
      {rows?.length === 0 && (
        <NoDevices
          filtered={filter.name !== 'all' || filter.search !== undefined}
          onCreate={mayCreate ? () => (creating.value = true) : undefined}
        />
      )}
      {creating.value && <CreateDevice onClose={() => (creating.value = false)} onMade={() => void table.refresh()} />}
      {reconnecting.value && (
        <ReconnectAll onClose={() => (reconnecting.value = false)} onDone={() => void table.refresh()} />
      )}
    </Page>
  )
}

/** Asks when the reader rests. */
const SearchField = ({ value }: { readonly value: string }) => {
  const t = deviceWords()
  const text = useSignal(value)
  useEffect(() => {
    if (text.value === value) return undefined
    const timer = setTimeout(() => setQuery({ search: text.value.trim() || undefined }), 250)
    return () => clearTimeout(timer)
  }, [text.value])
  return (
    <input
      type="search"
      class="device-search"
      aria-label={common().search}
      placeholder={t.searchHint}
      value={text.value}
      onInput={(event) => {
        text.value = event.currentTarget.value
      }}
    />
  )
}

const NoDevices = ({
  filtered,
  onCreate,
}: {
  readonly filtered: boolean
  readonly onCreate: (() => void) | undefined
}) => {
  const t = deviceWords()
  if (filtered)
    return (
      <Empty icon="search" title={t.noMatch}>
        <p>{t.noMatchText}</p>
        <Button onClick={() => setQuery({ show: undefined, search: undefined })}>{t.clear}</Button>
      </Empty>
    )
  return (
    <Empty icon="phone" title={t.empty}>
      {onCreate && <p>{t.emptyText}</p>}
      {!onCreate && (
        <NeedsScope scope="admin">
          <p>{t.emptyOperator}</p>
        </NeedsScope>
      )}
      {onCreate && (
        <Button look="main" icon="plus" onClick={onCreate}>
          {t.create.button}
        </Button>
      )}
    </Empty>
  )
}
