import { z } from 'zod'

export const DeviceId = z
  .uuid()
  .meta({ id: 'DeviceId', description: 'UUID of a device.', examples: ['0192d5a4-7b3c-7d11-8a55-2f4c9f0e1b2a'] })
