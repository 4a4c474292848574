import type { Eraser } from './eraser.ts'
import { Erasures } from './erasures.ts'
import { RunErasures } from './run-erasures.ts'

type Parts = Omit<ConstructorParameters<typeof Eraser>[0], 'signal'> &
  ConstructorParameters<typeof Erasures>[0] &
  Omit<ConstructorParameters<typeof RunErasures>[0], 'eraser' | 'devices' | 'stopping'>

/** Joins what takes requests to erase with what carries them out, which is loaded when there is something to erase. */
export const createErasures = (parts: Parts): Erasures => {
  const stopping = new AbortController()
  let made: Promise<Eraser> | undefined
  const eraser = () => {
    made ??= import('./eraser.ts').then((module) => new module.Eraser({ ...parts, signal: stopping.signal }))
    return made
  }
  return new Erasures(parts, new RunErasures({ ...parts, eraser, devices: parts.tenants.devices, stopping }))
}
