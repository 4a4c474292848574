import { EngineError } from '@switchboard/engine'

/** What the protocol library is given to fetch with. We ask media hosts ourselves; what it fetched would know nothing of the session's proxy, nor of the
 *  hosts that WhatsApp names. */
export const noFetch = {
  dispatch(): never {
    throw new EngineError('unsupported', 'the protocol library fetches nothing by itself')
  },
}
