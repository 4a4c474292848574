export interface Passive {
  /** In passive mode WhatsApp queues what comes in instead of sending it at once. Lasts until the next connect. */
  setPassive(passive: boolean): Promise<void>
}
