import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/',
  auth: 'none',
  group: 'System',
  summary: 'Name, version and uptime of the server',
  always: true,
  message: 'Switchboard is running',
  response: z.object({
    name: z.string(),
    version: z.string(),
    uptime: z.number().int().meta({ description: 'Seconds since the process started.' }),
  }),
  async run({ health }) {
    const uptime = Math.floor(health.uptimeMs / 1000)
    return { name: 'switchboard', version: health.version, uptime }
  },
})
