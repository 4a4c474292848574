import type { Statement } from '../storage/database.ts'
import type { Ownership } from '../storage/fence.ts'

/** The devices with which this gateway works: all of them when it is alone, and those of its leases among several. */
export interface OwnDevices {
  /** Several gateways may work at once. */
  readonly isShared: boolean
  readonly nodeId: string
  /** This gateway works with the device: asked before anything is done with it. */
  has(deviceId: string): boolean
  /** The same, and it is not about to be given away: asked before anything new is begun. */
  keeps(deviceId: string): boolean
  /** The same, and what must be known of it is known here: asked before anybody is answered about it. */
  serves(deviceId: string): boolean
  /** Claims a device for who is about to work with it. @returns undefined when another node has it, or it does not exist */
  claim(deviceId: string): Promise<Ownership | undefined>
  /** First statement of a unit that changes what belongs to a device. Nothing for a gateway that is alone and has not claimed it.
   *  @throws OwnershipLostError when another node has the device */
  fence(deviceId: string): Statement[]
  /** The fence of this claim refused: another node has the device, or it is gone. */
  forget(deviceId: string, ownership: Ownership): void
  /** Whether a node was alive a moment ago. */
  isLive(nodeId: string): boolean
}
