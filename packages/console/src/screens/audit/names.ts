import { useCustomers, useDevices } from '../../data/known.ts'

/** The name of whom the audit writes as `key:3`, `device:<id>`, or an id alone; what it wrote, when nobody knows the name. */
export type NameOf = (written: string) => string

export const useNames = (): NameOf => {
  const customers = useCustomers().data.value
  const devices = useDevices().data.value
  return (written) => {
    const id = written.replace(/^(key|device):/, '')
    const found = written.startsWith('device:') || !/^\d+$/.test(id) ? devices : customers
    return found?.find((each) => each.id === id)?.name ?? written
  }
}
