/** How Node runs a gateway. A young generation of 8 MiB a semi-space instead of 16 keeps the resident size of a process with 1000 idle sessions
 *  about 75 MiB smaller, at little cost in CPU a message (`npm run bench -- idle send`). */
export const gatewayFlags = ['--max-semi-space-size=8']
