import type { api } from '../../data/api.ts'

/** A customer as the list of API keys shows it. */
export type Customer = Awaited<ReturnType<typeof api.admin.listApiKeys>>[number]
