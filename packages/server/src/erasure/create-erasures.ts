import { Eraser } from './eraser.ts'
import { Erasures } from './erasures.ts'
import { RunErasures } from './run-erasures.ts'

type Parts = Omit<ConstructorParameters<typeof Eraser>[0], 'signal'> &
  ConstructorParameters<typeof Erasures>[0] &
  Omit<ConstructorParameters<typeof RunErasures>[0], 'eraser' | 'devices' | 'stopping'>

/** Joins what takes requests to erase with what carries them out. */
export const createErasures = (parts: Parts): Erasures => {
  const stopping = new AbortController()
  const eraser = new Eraser({ ...parts, signal: stopping.signal })
  return new Erasures(parts, new RunErasures({ ...parts, eraser, devices: parts.tenants.devices, stopping }))
}
