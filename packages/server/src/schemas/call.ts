import { z } from 'zod'

export const CallId = z
  .string()
  .regex(/^[0-9A-Za-z_.-]{1,128}$/)
  .meta({ id: 'CallId', description: 'Id of a call, as its events name it.', examples: ['5A1F0C2E7D3B4698A1B2'] })

/** What a device does about calls by itself. */
export const CallSettings = z
  .object({
    auto_reject: z.boolean().describe('Calls that ring are refused at once'),
    reject_text: z
      .string()
      .nullable()
      .describe('Text that the caller is sent then')
      .meta({ examples: ['We cannot take calls here. Please write.'] }),
  })
  .meta({ id: 'CallSettings' })

interface Stored {
  readonly autoReject: boolean
  readonly rejectText: string | null
}

export const callSettingsView = ({ autoReject, rejectText }: Stored): z.input<typeof CallSettings> => ({
  auto_reject: autoReject,
  reject_text: rejectText,
})
