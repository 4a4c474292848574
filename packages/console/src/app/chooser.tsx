import { useCustomers, useDevices } from '../data/known.ts'
import { chosen, session } from '../data/session.ts'
import { common } from '../words/common.ts'
import { setQuery } from './router.ts'

interface ChoiceProps {
  readonly label: string
  readonly none: string
  readonly value: string | undefined
  readonly options: readonly { readonly id: string; readonly name: string }[]
  readonly onChoose: (id: string | undefined) => void
}

const Choice = ({ label, none, value, options, onChoose }: ChoiceProps) => (
  <select
    class="choice"
    aria-label={label}
    value={value ?? ''}
    onChange={(event) => onChoose(event.currentTarget.value || undefined)}
  >
    <option value="">{none}</option>
    {/* It may be of another page of the list, or deleted. */}
    {value !== undefined && !options.some(({ id }) => id === value) && (
      <option value={value}>{value.slice(0, 8)}</option>
    )}
    {options.map(({ id, name }) => (
      <option key={id} value={id}>
        {name}
      </option>
    ))}
  </select>
)

/** Whom the operator and the customer look at. Pages that need one say so. */
export const Chooser = () => {
  const kind = session.value?.kind
  if (kind !== 'operator' && kind !== 'customer') return <div class="chooser" />
  return (
    <div class="chooser">
      {kind === 'operator' && <Customers />}
      <Devices />
    </div>
  )
}

const Customers = () => {
  const t = common()
  const customers = useCustomers()
  return (
    <Choice
      label={t.customer}
      none={t.allCustomers}
      value={chosen.value.apiKeyId}
      options={customers.data.value ?? []}
      onChoose={(customer) => setQuery({ customer, device: undefined })}
    />
  )
}

const Devices = () => {
  const t = common()
  const devices = useDevices()
  const options = devices.data.value ?? []
  return (
    <Choice
      label={t.device}
      none={devices.data.value?.length === 0 ? t.noDevices : t.chooseDevice}
      value={chosen.value.deviceId}
      options={options}
      onChoose={(device) => setQuery({ device })}
    />
  )
}
