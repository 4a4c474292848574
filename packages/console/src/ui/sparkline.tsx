/** The course of a number, small. @param label says in words what it shows, with the newest value */
export const Sparkline = ({
  values,
  label,
  width = 120,
  height = 28,
}: {
  readonly values: readonly number[]
  readonly label: string
  readonly width?: number
  readonly height?: number
}) => {
  const most = Math.max(1, ...values)
  const step = values.length > 1 ? width / (values.length - 1) : width
  const points = values.map(
    (value, at) => `${(at * step).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`,
  )
  return (
    <svg
      class="sparkline"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
    >
      <title>{label}</title>
      {points.length > 0 && <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} />}
      <polyline points={points.join(' ')} />
    </svg>
  )
}
