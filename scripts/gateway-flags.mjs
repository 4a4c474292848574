/** A flag would win against the operator's choice. */
const chosen = /--max[-_]semi[-_]space[-_]size/.test(process.env.NODE_OPTIONS ?? '')

/** How Node runs a gateway. A young generation of 16 MiB a semi-space costs 1 to 7 % less CPU a message than one of 8 (`npm run bench -- send`), and up to 75 MiB
 *  of memory with 1000 sessions (`npm run bench -- idle`). */
export const gatewayFlags = chosen ? [] : ['--max-semi-space-size=16']
