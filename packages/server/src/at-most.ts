/** So many entries in an LRUCache, which takes memory as it fills. By its own `max` it takes the room for all of them at once: 24 bytes for each that may come. */
export const atMost = (entries: number): { maxSize: number; sizeCalculation: () => number } => ({
  maxSize: entries,
  sizeCalculation: () => 1,
})
