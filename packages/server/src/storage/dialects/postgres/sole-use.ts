/** The advisory lock of a gateway that has the database to itself; it spells "swbu". Nodes that share a database ask whether somebody has it. */
export const soleUse = 0x73776275
