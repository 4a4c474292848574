import { useSignal } from '@preact/signals'
import { api } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { number } from '../../data/time.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import type { ScreenProps } from '../define-screen.ts'
import { ChangeCustomer } from './change-customer.tsx'
import { CreateCustomer } from './create-customer.tsx'
import type { Customer } from './customer.ts'
import { customerWords } from './words.ts'

const columnsOf = (): Column<Customer>[] => {
  const t = customerWords()
  return [
    {
      id: 'name',
      title: t.columns.name,
      cell: (customer) => (
        <span class="two-lines">
          <strong class="clip" dir="auto">
            {customer.customer_name}
          </strong>
          <code class="quiet small clip">{customer.api_key_masked}</code>
        </span>
      ),
    },
    {
      id: 'state',
      title: t.columns.state,
      width: 6,
      cell: ({ is_active: on }) => <Badge tone={on ? 'good' : 'plain'}>{on ? t.on : t.off}</Badge>,
    },
    {
      id: 'devices',
      title: t.columns.devices,
      width: 9,
      from: 'medium',
      cell: (customer) => t.of(number(customer.device_count), number(customer.max_devices)),
    },
    {
      id: 'requests',
      title: t.columns.requests,
      width: 11,
      from: 'wide',
      cell: ({ rate_limit_per_hour: most }) => (most === 0 ? <span class="quiet">{t.unlimited}</span> : number(most)),
    },
  ]
}

const Customers = (_: ScreenProps) => {
  const t = customerWords()
  const creating = useSignal(false)
  const opened = useSignal<number | undefined>(undefined)
  const { data, error, refresh } = useQuery('customers list', (signal) => api.admin.listApiKeys({ signal }), {
    everyMs: 15_000,
  })
  const create = (
    <Button look="main" icon="plus" onClick={() => (creating.value = true)}>
      {t.create}
    </Button>
  )
  const customers = data.value
  const current = customers?.find(({ id }) => id === opened.value)
  return (
    <Page title={t.title} lead={t.lead} actions={customers && customers.length > 0 && create}>
      <Failure error={error.value} onRetry={refresh} />
      {customers && customers.length > 0 && (
        <Table
          label={t.list}
          columns={columnsOf()}
          rows={customers}
          rowHeight={56}
          onOpen={({ id }) => (opened.value = id)}
        />
      )}
      {customers?.length === 0 && (
        <Empty icon="people" title={t.none}>
          <p>{t.noneText}</p>
          {create}
        </Empty>
      )}
      {creating.value && (
        <CreateCustomer
          onClose={() => {
            creating.value = false
            void refresh()
          }}
        />
      )}
      {current && (
        <ChangeCustomer
          key={current.id}
          customer={current}
          onClose={() => {
            opened.value = undefined
            void refresh()
          }}
        />
      )}
    </Page>
  )
}

export default Customers
