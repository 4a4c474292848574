import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/',
  auth: 'none',
  summary: 'Name, version and uptime of the server',
  always: true,
  message: 'Switchboard is running',
  response: z.object({
    name: z.string(),
    version: z.string(),
    uptime: z.number().int().meta({ description: 'Seconds since the process started.' }),
    docs: z.string().meta({ description: 'Where the API is described.', examples: ['https://wa.example.com/docs/'] }),
  }),
  async run({ health, baseUrl }) {
    const uptime = Math.floor(health.uptimeMs / 1000)
    return { name: 'switchboard', version: health.version, uptime, docs: `${baseUrl}/docs/` }
  },
})
