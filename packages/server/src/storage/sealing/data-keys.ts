import type { Scope } from '../scope.ts'
import { createSealingKey, isSealedWith, SealError, seal, unseal } from './sealed-box.ts'

/** Seals and opens the data keys of devices and API keys with the master key. */
export interface DataKeys {
  seal(scope: Scope, key: Uint8Array): Uint8Array
  /** @throws SealError when it was changed, moved, or sealed with a master key that is not known */
  open(scope: Scope, sealed: Uint8Array): Uint8Array
}

/** Where a data key belongs. */
export const dataKeyContext = (scope: Scope): string => `${scope}|data-key|`

/** @param masterKeys 32 bytes each. The first seals; those after it only open what was sealed before a change of the key. */
export function createDataKeys(masterKeys: readonly [Uint8Array, ...Uint8Array[]]): DataKeys {
  const masters = masterKeys.map(createSealingKey)
  return {
    seal: (scope, key) => seal(masters[0]!, dataKeyContext(scope), key),
    open(scope, sealed) {
      const master = masters.find((candidate) => isSealedWith(candidate, sealed))
      if (!master) throw new SealError('The data key was sealed with a master key that is not known here')
      return unseal(master, dataKeyContext(scope), sealed)
    },
  }
}
