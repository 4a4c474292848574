import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { go } from '../app/router.ts'
import { common } from '../words/common.ts'
import { Icon } from './icon.tsx'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  /** Narrow pages show only columns without it: `medium` from 40 rem, `wide` from 64 rem. */
  readonly from?: 'medium' | 'wide'
  readonly align?: 'end'
  /** Width in rem; what is left goes to the columns without one. */
  readonly width?: number
  /** Name for {@link TableProps.sort}; without it the table cannot be sorted by this column. */
  readonly sort?: string
}

export interface TableProps<Row> {
  /** What the table shows, for screen readers. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  /** The rows that are loaded, from the first on. */
  readonly rows: readonly Row[]
  /** All rows, also those that are not loaded yet. */
  readonly total?: number
  /** Where a row leads: the row opens it by click and by Enter. */
  readonly hrefOf?: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  readonly isCurrent?: (row: Row) => boolean
  /** Called when rows up to this one are looked at and not loaded. */
  readonly onNeed?: (index: number) => void
  readonly sort?: { readonly by: string; readonly order: 'asc' | 'desc' }
  readonly onSort?: (by: string, order: 'asc' | 'desc') => void
  /** Height of a row, px. */
  readonly rowHeight?: number
}

const overscan = 12
const moves: Readonly<Record<string, (at: number, page: number, last: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, page) => at + page,
  PageUp: (at, page) => at - page,
  Home: () => 0,
  End: (_at, _page, last) => last,
}

/** A table of any length: only the rows in view are in the page. Arrow keys, Page up and down, Home and End move through it, Enter opens. */
export const Table = <Row,>(props: TableProps<Row>) => {
  const { columns, rows, hrefOf, onOpen, rowHeight = 48, onNeed, sort, onSort } = props
  const total = Math.max(props.total ?? 0, rows.length)
  const box = useRef<HTMLDivElement>(null)
  const view = useSignal({ top: 0, height: 640 })
  const active = useSignal(0)
  const wantsFocus = useRef(false)

  useLayoutEffect(() => {
    const element = box.current!
    const measure = (): void => {
      view.value = { top: element.scrollTop, height: element.clientHeight }
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [])

  const { top, height } = view.value
  const page = Math.max(1, Math.floor(height / rowHeight) - 1)
  const first = Math.max(0, Math.min(total, Math.floor(top / rowHeight) - overscan))
  const end = Math.min(total, Math.ceil((top + height) / rowHeight) + overscan)
  useEffect(() => {
    if (end > rows.length) onNeed?.(end)
  }, [end, rows.length, onNeed])

  useEffect(() => {
    if (!wantsFocus.current) return
    const row = box.current?.querySelector<HTMLElement>(`tr[data-at="${active.value}"]`)
    if (row) {
      wantsFocus.current = false
      row.focus({ preventScroll: true })
    }
  })

  const moveTo = (at: number): void => {
    const element = box.current!
    active.value = at
    wantsFocus.current = true
    const header = element.querySelector('thead')?.offsetHeight ?? 0
    const place = at * rowHeight
    if (place < element.scrollTop) element.scrollTop = place
    else if (place + rowHeight > element.scrollTop + element.clientHeight - header)
      element.scrollTop = place + rowHeight - element.clientHeight + header
    view.value = { top: element.scrollTop, height: element.clientHeight }
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLTableRowElement)) return
    if (event.key === 'Enter') {
      const row = rows[active.value]
      if (!row) return
      event.preventDefault()
      // The row that was moved to, which has the focus only after the next paint.
      if (onOpen) onOpen(row)
      else if (hrefOf) go(hrefOf(row))
      return
    }
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    moveTo(Math.max(0, Math.min(total - 1, move(active.value, page, total - 1))))
  }

  const onClick = (event: MouseEvent, row: Row): void => {
    const target = event.target as Element
    if (target.closest('a, button, input, label, select, summary') || getSelection()?.toString()) return
    if (onOpen) onOpen(row)
    else (event.currentTarget as Element).querySelector('a')?.click()
  }

  const opens = hrefOf !== undefined || onOpen !== undefined
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows have the focus, and their keys bubble up
    <div class="table-box" ref={box} onKeyDown={onKeyDown}>
      <table class="table" aria-label={props.label} aria-rowcount={total + 1}>
        <colgroup>
          {columns.map((column) => (
            <col
              key={column.id}
              class={classOf(column)}
              style={column.width ? { width: `${column.width}rem` } : undefined}
            />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Space rows={first} height={rowHeight} columns={columns.length} />
          {Array.from({ length: Math.max(0, end - first) }, (_, offset) => {
            const at = first + offset
            const row = rows[at]
            return (
              <tr
                key={at}
                data-at={at}
                class={opens ? 'opens' : undefined}
                style={{ height: `${rowHeight}px` }}
                aria-rowindex={at + 2}
                aria-current={row && props.isCurrent?.(row) ? 'true' : undefined}
                tabIndex={at === Math.min(active.value, total - 1) ? 0 : -1}
                onFocus={() => {
                  active.value = at
                }}
                onClick={row && opens ? (event) => onClick(event, row) : undefined}
              >
                {columns.map((column, place) => (
                  <td key={column.id} class={classOf(column)}>
                    {row ? (
                      place === 0 && hrefOf ? (
                        <a class="row-link" href={hrefOf(row)} tabIndex={-1}>
                          {column.cell(row)}
                        </a>
                      ) : (
                        column.cell(row)
                      )
                    ) : (
                      <span class="skeleton" />
                    )}
                  </td>
                ))}
              </tr>
            )
          })}
          <Space rows={total - end} height={rowHeight} columns={columns.length} />
        </tbody>
      </table>
    </div>
  )
}

const classOf = <Row,>({ from, align }: Column<Row>): string =>
  [from && `from-${from}`, align && 'end'].filter(Boolean).join(' ')

/** Stands for rows that are out of view. */
const Space = ({
  rows,
  height,
  columns,
}: {
  readonly rows: number
  readonly height: number
  readonly columns: number
}) =>
  rows > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
    <tr class="space" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${rows * height}px` }} />
    </tr>
  ) : null

const Head = <Row,>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<Row>
  readonly sort: TableProps<Row>['sort'] | undefined
  readonly onSort: TableProps<Row>['onSort'] | undefined
}) => {
  const t = common()
  const by = column.sort
  if (!by || !onSort)
    return (
      <th scope="col" class={classOf(column)}>
        {column.title}
      </th>
    )
  const order = sort?.by === by ? sort.order : undefined
  return (
    <th scope="col" class={classOf(column)} aria-sort={order && (order === 'asc' ? 'ascending' : 'descending')}>
      <button type="button" class="sort" onClick={() => onSort(by, order === 'asc' ? 'desc' : 'asc')}>
        {column.title}
        {order && (
          <span class={`sort-mark ${order}`} title={order === 'asc' ? t.sort.up : t.sort.down}>
            <Icon name="chevron" />
          </span>
        )}
      </button>
    </th>
  )
}
