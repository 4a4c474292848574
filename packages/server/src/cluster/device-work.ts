/** What is done for devices by the node that has them: connections, sends, deliveries… */
export interface DeviceWork {
  /** This node has these devices from now on; nothing is known of them. `connect`: they are linked, and should be connected. */
  take(deviceIds: readonly string[], options: { readonly connect: boolean }): Promise<void>
  /** Finishes what is under way for them within a bound. When this resolves nothing more is done for them here, and nothing of them is in memory. */
  leave(deviceIds: readonly string[]): Promise<void>
  /** They may be another node's already: their connections are closed and they are forgotten at once. What is under way for them fails at its next write. Never rejects. */
  drop(deviceIds: readonly string[]): Promise<void>
}
