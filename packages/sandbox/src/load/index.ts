export { RawClient, type RawCredentials } from './raw-client.ts'
export { type SeedOptions, seedLinkedAccounts } from './seed-linked-accounts.ts'
export type { SeededAccount } from './seeded-account.ts'
export { startTraffic, type Traffic, type TrafficOptions, type TrafficReport } from './traffic.ts'
