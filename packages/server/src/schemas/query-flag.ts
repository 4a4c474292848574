import { z } from 'zod'

/** `true`/`false` as it comes in a query. */
export const QueryFlag = z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] })
