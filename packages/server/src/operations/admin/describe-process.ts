const mebibyte = 1024 * 1024

/** `12.3 MB` */
export const describeBytes = (bytes: number): string => `${(bytes / mebibyte).toFixed(1)} MB`

/** `1d 2h 3m 4s`, without the parts in front that are zero. */
export function describeDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [Math.floor(seconds) % 60, 's'],
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first === -1 ? 3 : first)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ')
}
