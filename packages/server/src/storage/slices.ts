/** How many values one query is given; far below what either database takes as parameters. */
const most = 500

/** A long list in parts that fit into one query each. */
export function slices<Value>(values: readonly Value[]): Value[][] {
  const parts: Value[][] = []
  for (let start = 0; start < values.length; start += most) parts.push(values.slice(start, start + most))
  return parts
}
