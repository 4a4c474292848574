import { api, asCustomer } from './api.ts'
import { type Query, refreshQueries, useQuery } from './query.ts'
import { chosen, session } from './session.ts'

export interface NamedCustomer {
  readonly id: string
  readonly name: string
}

/** For lists to choose from. */
export interface NamedDevice {
  readonly id: string
  readonly name: string
}

/** Names of devices are optional, and theirs to choose: an id is always there. */
export const deviceName = (device: { readonly device_id: string; readonly device_name: string }): string =>
  device.device_name || device.device_id.slice(0, 8)

/** Every customer, for the operator; nobody else asks. */
export const useCustomers = (): Query<readonly NamedCustomer[]> => {
  const isOperator = session.value?.kind === 'operator'
  return useQuery(`customers ${isOperator}`, async (signal) => {
    if (!isOperator) return []
    const keys = await api.admin.listApiKeys({ signal })
    return keys.map(({ id, customer_name }) => ({ id: String(id), name: customer_name }))
  })
}

/** How many devices a list to choose from holds. */
const most = 1000

/** Devices of the chosen customer, or of everybody. */
export const useDevices = (): Query<readonly NamedDevice[]> => {
  const kind = session.value?.kind
  const { apiKeyId } = chosen.value
  return useQuery(
    `device names ${kind} ${apiKeyId ?? ''}`,
    async (signal) => {
      if (kind === 'device' || !kind) return []
      const query = { limit: most }
      const { devices } = apiKeyId
        ? await asCustomer(apiKeyId).deviceRegistration.list({ query, signal })
        : await api.admin.listDevices({ query, signal })
      return devices.map((device) => ({ id: device.device_id, name: deviceName(device) }))
    },
    { on: ['connection.pair_success'] },
  )
}

/** Asks for the names again, after one was made or removed. */
export const refreshKnown = (): void => refreshQueries(['customers', 'device names'])
