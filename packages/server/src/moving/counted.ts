/** So many of something, as a person says it: `1 device`, `2 devices`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
