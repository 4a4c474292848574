/** Nodes may have so much more or less than others. */
const tolerance = 0.1

/** How many of all connections a node takes by itself. */
export const shareOf = (all: number, nodes: number): number => Math.ceil(all / Math.max(1, nodes))

/** How many connections a node gives away: none as long as it has hardly more than the others. */
export const surplusOf = (own: number, all: number, nodes: number): number => {
  const share = shareOf(all, nodes)
  return own > Math.max(share, Math.floor((all / Math.max(1, nodes)) * (1 + tolerance))) ? own - share : 0
}
